import type { Frame, HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { noiseFrame, smallNetwork, smallWeights, stripes } from '../../test/support/small-video.js';
import { normalizeFrame, readMemory, softAggregate, withoutBackground } from '../index.js';
import { createStcnVideoSegmenter, type StcnSegmentedFrame, type StcnVideoSegmentation } from './index.js';
import { flattenPlaces } from './segment-query.js';

// 6 cells a frame.
const [width, height] = [48, 32];
const frames = [1, 2, 3, 4, 5, 6, 7].map((seed) => noiseFrame(seed, width, height));
const segmenter = createStcnVideoSegmenter(smallNetwork, smallWeights, { threads: 1 });

afterAll(() => segmenter.dispose());

type Given = Parameters<StcnVideoSegmentation['step']>[1];

async function run(given: Readonly<Record<number, Given>>, count: number, video = segmenter.start()) {
  const results: StcnSegmentedFrame[] = [];
  for (const [index, frame] of frames.slice(0, count).entries()) results.push(await video.step(frame, given[index]));
  return results;
}

const left = { masks: stripes([9], 16, width, height) };
const right = { masks: stripes([0, 0, 4], 16, width, height) };

/** Channel `channel` of [H, W, C]. */
function channelOf({ data, shape }: HostTensor, channel: number): Float32Array {
  const channels = shape[2]!;
  return Float32Array.from({ length: data.length / channels }, (_, pixel) => data[pixel * channels + channel]!);
}

/** Frame 3 where object 9 is given at frame 0 and object 4 at frame 2, both remembered, by the parts of the network. */
function thirdFrameByHand(): Float32Array {
  const weights = new Map(
    [...smallWeights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])] as const),
  );
  const image = ({ data }: Frame): tf.Tensor4D =>
    normalizeFrame(
      tf.tensor4d(
        Float32Array.from(data, (value) => value / 255),
        [1, height, width, 3],
      ),
    );
  const plane = (label: number, { masks }: { masks: { data: Uint8Array } }): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from(masks.data, (value) => (value === label ? 1 : 0)),
      [1, height, width, 1],
    );
  const [first, second, third] = [frames[0]!, frames[2]!, frames[3]!].map(image) as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const keys = [first, second, third].map((frame) => smallNetwork.encodeKey(weights, frame));
  const places = keys.map(({ k16 }) => flattenPlaces(k16));
  const objectsOf = (masks: tf.Tensor): tf.Tensor4D => withoutBackground(softAggregate(masks).probabilities);
  const valuesOf = (frame: tf.Tensor4D, index: number, masks: tf.Tensor4D): tf.Tensor3D =>
    flattenPlaces(smallNetwork.encodeValue(weights, frame, keys[index]!.f16, masks));
  const segment = (memories: readonly [tf.Tensor3D[], tf.Tensor3D[]][], query: number): tf.Tensor4D => {
    const readings = memories.map(([remembered, values]) => {
      const memory = { keys: tf.concat(remembered, 1) as tf.Tensor3D, values: tf.concat(values, 1) as tf.Tensor3D };
      const { values: read } = readMemory(memory, places[query]!, { topK: 20 });
      return tf.reshape(read, [1, height / 16, width / 16, -1]) as tf.Tensor4D;
    });
    const logits = smallNetwork.decode(weights, tf.concat(readings, 0) as tf.Tensor4D, keys[query]!);
    return softAggregate(tf.concat(tf.split(tf.sigmoid(logits), memories.length, 0), 3)).probabilities;
  };
  const firstValues = valuesOf(first, 0, objectsOf(plane(9, left)));
  const carried = withoutBackground(segment([[[places[0]!], [firstValues]]], 1));
  const added = plane(4, right);
  const both = tf.concat([tf.mul(carried, tf.sub(1, added)), added], 3);
  const values = tf.split(valuesOf(second, 1, objectsOf(both)), 2, 0) as tf.Tensor3D[];
  const probabilities = segment(
    [
      [places.slice(0, 2), [firstValues, values[0]!]],
      [[places[1]!], [values[1]!]],
    ],
    2,
  );
  return probabilities.dataSync() as Float32Array;
}

describe('objects at any frame', () => {
  it('is background before the first masks, and then as if the video began there', async () => {
    const late = await run({ 2: left }, 7);
    for (const { mask, labels, probabilities, memoryCells } of late.slice(0, 2)) {
      expect([mask.data.every((label) => label === 0), labels, memoryCells]).toEqual([true, [], 0]);
      expect(probabilities.shape).toEqual([height, width, 1]);
    }
    expect([...late[2]!.mask.data]).toEqual([...left.masks.data]);
    const video = segmenter.start();
    for (const [index, frame] of frames.slice(2).entries()) {
      const { probabilities, memoryCells } = await video.step(frame, index === 0 ? left : undefined);
      expect(probabilities.data).toEqual(late[index + 2]!.probabilities.data);
      expect(memoryCells).toBe(late[index + 2]!.memoryCells);
    }
  });

  it('gives a new object a memory of its own', async () => {
    const results = await run({ 0: left, 2: right }, 4);
    expect(results.map(({ labels }) => labels)).toEqual([[9], [9], [4, 9], [4, 9]]);
    // Two frames for object 9, one for object 4.
    expect(results[3]!.memoryCells).toBe(6 * 3);
    await tf.setBackend('cpu');
    const expected = tf.tidy(thirdFrameByHand);
    const [known, added] = [1, 2].map((channel) =>
      Float32Array.from({ length: width * height }, (_, pixel) => expected[pixel * 3 + channel]!),
    ) as [Float32Array, Float32Array];
    const { probabilities } = results[3]!;
    expect(relativeL2(channelOf(probabilities, 2), known)).toBeLessThan(1e-5);
    expect(relativeL2(channelOf(probabilities, 1), added)).toBeLessThan(1e-5);
  });

  it('shows given objects in front of known ones', async () => {
    const all = { masks: stripes([4, 4, 0], 16, width, height) };
    const { mask } = (await run({ 0: left, 2: all }, 3))[2]!;
    mask.data.forEach((label, pixel) => {
      if (all.masks.data[pixel] === 4) expect(label).toBe(4);
      else expect(label).not.toBe(4);
    });
  });

  it('takes a correction, and remembers it', async () => {
    const corrected = { masks: stripes([0, 9], 16, width, height) };
    const results = await run({ 0: left, 2: corrected }, 4);
    expect([...results[2]!.mask.data]).toEqual([...corrected.masks.data]);
    expect(results[2]!.memoryCells).toBe(0);
    expect(results[3]!.memoryCells).toBe(12);
    const without = await run({ 0: left }, 4);
    expect(relativeL2(results[3]!.probabilities.data, without[3]!.probabilities.data)).toBeGreaterThan(1e-4);
  });

  it('knows an object that is given without a pixel', async () => {
    const [first, second] = await run({ 0: { ...left, labels: [2, 9] } }, 2);
    expect(first!.labels).toEqual([2, 9]);
    expect(Math.max(...channelOf(first!.probabilities, 1))).toBeLessThan(1e-6);
    expect(second!.labels).toEqual([2, 9]);
  });

  it('takes an empty mask for none', async () => {
    const empty = { masks: stripes([0, 255], 16, width, height) };
    const plain = await run({ 0: left }, 4);
    const results = await run({ 0: left, 2: empty }, 4);
    results.forEach(({ probabilities }, index) => {
      expect(probabilities.data).toEqual(plain[index]!.probabilities.data);
    });
  });

  it('says nothing about void pixels', async () => {
    const masks = stripes([9, 255, 4], 16, width, height);
    const [, second] = await run({ 0: left }, 2);
    const results = await run({ 0: left, 1: { masks } }, 2);
    masks.data.forEach((label, pixel) => {
      const found = results[1]!.mask.data[pixel];
      expect(found).toBe(label === 255 ? second!.mask.data[pixel] : label);
    });
  });
});

describe('videos', () => {
  it('can be under way at a time, and begin anew', async () => {
    const alone = [await run({ 0: left }, 4), await run({ 1: right }, 4)] as const;
    const videos = [segmenter.start(), segmenter.start()] as const;
    for (const [index, frame] of frames.slice(0, 4).entries()) {
      const [a, b] = await Promise.all([
        videos[0].step(frame, index === 0 ? left : undefined),
        videos[1].step(frame, index === 1 ? right : undefined),
      ]);
      expect(a.probabilities.data).toEqual(alone[0][index]!.probabilities.data);
      expect(b.probabilities.data).toEqual(alone[1][index]!.probabilities.data);
    }
    videos[0].reset();
    const again = await run({ 1: right }, 4, videos[0]);
    expect(again[3]!.probabilities.data).toEqual(alone[1][3]!.probabilities.data);
    expect(again.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    videos[0].reset();
    await expect(videos[0].step(noiseFrame(1, 16, 16))).resolves.toMatchObject({ index: 0 });
  });

  it('have frames of one size', async () => {
    const video = segmenter.start();
    await video.step(frames[0]!, left);
    await expect(video.step(noiseFrame(1, width, 16))).rejects.toThrow(
      'frame 1 of the video: expected 48 x 32 as the first frame, found 48 x 16.',
    );
    await expect(video.step(frames[1]!, { masks: stripes([1], 4, 8, 8) })).rejects.toThrow('masks given for frame 1');
    // What is refused changes nothing.
    const { probabilities } = await video.step(frames[1]!);
    expect(probabilities.data).toEqual((await run({ 0: left }, 2))[1]!.probabilities.data);
  });

  it('of hundreds of frames have a memory of one size', async () => {
    const bounded = createStcnVideoSegmenter(smallNetwork, smallWeights, {
      threads: 1,
      memoryEvery: 2,
      maxMemoryFrames: 4,
      includeLast: true,
    });
    const video = bounded.start();
    const small = [1, 2, 3].map((seed) => noiseFrame(seed, 32, 16));
    const cells = new Set<number>();
    for (let index = 0; index < 300; index++) {
      const given = index === 0 ? { masks: stripes([1], 16, 32, 16) } : undefined;
      const { memoryCells } = await video.step(small[index % 3]!, given);
      if (index > 8) cells.add(memoryCells);
    }
    expect([...cells].sort()).toEqual([10, 8]);
    await bounded.dispose();
  });
});

it('says what it is', () => {
  expect(segmenter.id).toBe('stcn_custom, memory of given frames, every 5th (at most 24), top 20');
});
