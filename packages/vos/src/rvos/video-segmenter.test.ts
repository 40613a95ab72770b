import { createRandom, type Frame, type Mask } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameTensor } from '../frame-tensor.js';
import type { SegmentedFrame } from '../video-segmenter.js';
import { createRvos, createRvosVideoSegmenter, type RvosConfig, type RvosHidden } from './index.js';

const smallest: RvosConfig = {
  encoder: { block: 'basic', stem: 4, widths: [4, 4, 5, 6], depths: [1, 1, 1, 1] },
  hidden: 8,
  variant: 'one-shot',
};
const [width, height] = [43, 34];
const network = createRvos(smallest);
const weights = initializeWeights(network.parameters, createRandom(3));
const zeroShot = createRvos({ ...smallest, variant: 'zero-shot' });
const zeroShotWeights = initializeWeights(zeroShot.parameters, createRandom(4));
const segmenter = createRvosVideoSegmenter(network, weights, { engine: 'cpu', maxObjects: 3 });
const finder = createRvosVideoSegmenter(zeroShot, zeroShotWeights, { engine: 'cpu', maxObjects: 2 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

afterAll(async () => {
  await segmenter.dispose();
  await finder.dispose();
});

function noise(seed: number): Frame {
  const random = createRandom(seed);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(0, 255)), width, height };
}

/** Vertical stripes of `labels`, each ten pixels wide. */
function stripes(labels: readonly number[]): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) => labels[Math.floor((i % width) / 10)] ?? 0);
  return { data, width, height };
}

function tensor(frame: Frame): tf.Tensor4D {
  return tf.tensor4d(frameTensor(frame).data, [1, height, width, 3]);
}

/** Channel of a label of probabilities that compete, before they were scaled. */
function alone({ probabilities, labels }: SegmentedFrame, label: number): Float32Array {
  const { data } = probabilities;
  const channels = labels.length + 1;
  return Float32Array.from({ length: width * height }, (_, pixel) => {
    const objects = [...data.subarray(pixel * channels + 1, (pixel + 1) * channels)];
    // background : largest = 1 - p : p
    const largest = Math.max(...objects);
    const scale = data[pixel * channels]! + largest;
    return objects[labels.indexOf(label)]! / scale;
  });
}

describe('one-shot', () => {
  it('feeds masks and hidden states back as the official evaluation does', async () => {
    const video = segmenter.start();
    const first = await video.step(noise(1), { masks: stripes([0, 7, 0, 2]) });
    expect(first.labels).toEqual([2, 7]);
    expect([...first.mask.data]).toEqual([...stripes([0, 7, 0, 2]).data]);
    const found = [await video.step(noise(2)), await video.step(noise(3))];

    const given = new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
    const labels = stripes([0, 7, 0, 2]).data;
    let masks = tf.tensor4d(
      [...labels].flatMap((label) => [Number(label === 2), Number(label === 7)]),
      [1, height, width, 2],
    );
    let hidden: RvosHidden = network.forward(given, { frame: tensor(noise(1)), masks }).hidden;
    for (const [index, seed] of [2, 3].entries()) {
      const result = network.forward(given, { frame: tensor(noise(seed)), masks, hidden });
      [masks, hidden] = [tf.sigmoid(result.logits), result.hidden];
      for (const [slot, label] of [2, 7].entries()) {
        const expected = tf.slice(masks, [0, 0, 0, slot], [1, height, width, 1]).dataSync();
        expect(relativeL2(alone(found[index]!, label), expected)).toBeLessThan(1e-5);
      }
    }
  });

  it('takes objects at any frame and is background before', async () => {
    const video = segmenter.start();
    const before = await video.step(noise(1));
    expect([before.labels, Math.max(...before.mask.data), before.probabilities.shape]).toEqual([
      [],
      0,
      [height, width, 1],
    ]);
    await video.step(noise(2), { masks: stripes([9]) });
    const corrected = await video.step(noise(3), { masks: stripes([0, 4]), labels: [4, 5] });
    expect(corrected.labels).toEqual([4, 5, 9]);
    stripes([0, 4]).data.forEach((label, pixel) => {
      if (label === 4) expect(corrected.mask.data[pixel]).toBe(4);
      else expect([0, 9]).toContain(corrected.mask.data[pixel]);
    });
    const { probabilities } = await video.step(noise(4));
    expect(probabilities.shape).toEqual([height, width, 4]);
    for (let pixel = 0; pixel < width * height; pixel += 97) {
      const sum = [...probabilities.data.slice(pixel * 4, pixel * 4 + 4)].reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('starts again after reset', async () => {
    const video = segmenter.start();
    const run = async () => {
      await video.step(noise(1), { masks: stripes([1]) });
      return (await video.step(noise(2))).probabilities.data;
    };
    const first = await run();
    video.reset();
    expect(relativeL2(await run(), first)).toBe(0);
  });

  it('names what does not fit', async () => {
    const video = segmenter.start();
    await expect(video.step(noise(1), { masks: stripes([1, 2, 3, 4]) })).rejects.toThrow(
      'maxObjects: expected at least 4',
    );
    await video.step(noise(1), { masks: stripes([1]) });
    await expect(video.step({ data: new Uint8Array(48), width: 4, height: 4 })).rejects.toThrow('43 x 34');
    expect(() => createRvosVideoSegmenter(network, weights, { maxObjects: 0 })).toThrow('maxObjects');
  });
});

describe('zero-shot', () => {
  it('finds as many objects as it has slots, and takes none', async () => {
    const video = finder.start();
    await expect(video.step(noise(1), { masks: stripes([1]) })).rejects.toThrow('expected no masks');
    const [first, second] = [await video.step(noise(1)), await video.step(noise(1))];
    expect([first.labels, first.index, second.index]).toEqual([[1, 2], 0, 1]);
    const expected = tf.sigmoid(
      zeroShot.forward(
        new Map([...zeroShotWeights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])])),
        { frame: tensor(noise(1)), objects: 2 },
      ).logits,
    );
    const slot = tf.slice(expected, [0, 0, 0, 1], [1, height, width, 1]).dataSync();
    expect(relativeL2(alone(first, 2), slot)).toBeLessThan(1e-5);
    // The second time the hidden states are those of the first.
    expect(relativeL2(alone(second, 2), slot)).toBeGreaterThan(1e-4);
  });
});
