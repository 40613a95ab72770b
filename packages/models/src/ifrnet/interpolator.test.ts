import { CheckpointError, ConfigError, createRandom, type Frame, ShapeError, UnsupportedError } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { expectNoTensorLeak, relativeL2 } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrateIfrnet, createIfrnet, createIfrnetInterpolator, type IfrnetInterpolatorOptions } from './index.js';

const config = { pyramid: [4, 5, 6, 7] as [number, number, number, number], side: 3, firstKernel: 3 };
const network = createIfrnet(config);
const weights = initializeWeights(network.parameters, createRandom(5));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function make(options: Partial<IfrnetInterpolatorOptions> = {}) {
  return createIfrnetInterpolator({ config, weights, engine: 'cpu', ...options });
}

function picture(width: number, height: number, seed: number, bytes = false): Frame {
  const random = createRandom(seed);
  const length = width * height * 3;
  const data = bytes
    ? Uint8Array.from({ length }, () => random.integer(0, 255))
    : Float32Array.from({ length }, () => random.uniform());
  return { data, width, height };
}

describe('createIfrnetInterpolator', () => {
  it('interpolates frames of any size, as the network does on padded ones', async () => {
    const interpolator = make();
    const [first, second] = [picture(19, 17, 1), picture(19, 17, 2)];
    const [middle] = await interpolator.interpolate(first, second, [0.5]);
    expect([middle!.width, middle!.height]).toEqual([19, 17]);
    const expected = tf.tidy(() => {
      const [frame0, frame1] = [first, second].map(({ data }) => {
        const x = tf.tensor4d(data as Float32Array, [1, 17, 19, 3]);
        // 32 x 32: 7 rows above and 8 below, 6 columns before and 7 after, all copies of the edge.
        const rows = tf.concat(
          [tf.tile(x.slice([0, 0], [1, 1]), [1, 7, 1, 1]), x, tf.tile(x.slice([0, 16], [1, 1]), [1, 8, 1, 1])],
          1,
        );
        const edge = (at: number, times: number): tf.Tensor =>
          tf.tile(rows.slice([0, 0, at], [1, 32, 1]), [1, 1, times, 1]);
        return tf.concat([edge(0, 6), rows, edge(18, 7)], 2);
      }) as [tf.Tensor, tf.Tensor];
      const tensors = new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
      const out = network.forward(tensors, { frame0, frame1, t: tf.fill([1, 1, 1, 1], 0.5) });
      return out.frame.slice([0, 7, 6, 0], [1, 17, 19, 3]).dataSync();
    });
    expect(relativeL2(middle!.data, expected)).toBeLessThan(1e-6);
    await interpolator.dispose();
  });

  it('gives code values for code values', async () => {
    const interpolator = make();
    const [first, second] = [picture(16, 16, 1, true), picture(16, 16, 2, true)];
    const float = (frame: Frame): Frame => ({ ...frame, data: Float32Array.from(frame.data, (value) => value / 255) });
    const [middle] = await interpolator.interpolate(first, second, [0.5]);
    const [exact] = await interpolator.interpolate(float(first), float(second), [0.5]);
    expect(middle!.data).toBeInstanceOf(Uint8Array);
    expect([...middle!.data]).toEqual(Array.from(exact!.data, (value) => Math.round(value * 255)));
    await interpolator.dispose();
  });

  it('takes only trained times, unless told otherwise', async () => {
    const [first, second] = [picture(16, 16, 1), picture(16, 16, 2)];
    const halves = make();
    await expect(halves.interpolate(first, second, [0.5, 0.25])).rejects.toThrow(UnsupportedError);
    await expect(halves.interpolate(first, second, [0.25])).rejects.toThrow('were trained for t = 0.5.');
    await expect(make({ trainedTimes: 'any' }).interpolate(first, second, [1])).rejects.toThrow('between 0 and 1');
    const eighths = make({ trainedTimes: [0.125, 0.25], allowUntrainedTime: true });
    const frames = await eighths.interpolate(first, second, [0.125, 0.9]);
    expect(frames).toHaveLength(2);
    expect(relativeL2(frames[0]!.data, frames[1]!.data)).toBeGreaterThan(0);
    await halves.dispose();
    await eighths.dispose();
  });

  it('runs at an internal scale', async () => {
    const interpolator = make({ scale: 0.8 });
    const [middle] = await interpolator.interpolate(picture(21, 20, 1), picture(21, 20, 2), [0.5]);
    expect([middle!.width, middle!.height]).toEqual([21, 20]);
    await interpolator.dispose();
  });

  it('keeps no memory for sizes that were pushed out, nor after disposal', async () => {
    await expectNoTensorLeak(tf, async () => {
      const interpolator = make({ sessions: 1 });
      const sizes = [16, 32, 16];
      // At once: calls wait for each other.
      await Promise.all(
        sizes.map((size) => interpolator.interpolate(picture(size, 16, 1), picture(size, 16, 2), [0.5])),
      );
      await interpolator.dispose();
      await expect(interpolator.interpolate(picture(16, 16, 1), picture(16, 16, 2), [0.5])).rejects.toThrow('disposed');
    });
  });

  it('names what does not fit', async () => {
    const interpolator = make();
    await expect(interpolator.interpolate(picture(16, 16, 1), picture(16, 17, 2), [0.5])).rejects.toThrow(
      'second frame: expected 16 x 16 as the first frame, found 16 x 17.',
    );
    const short = { ...picture(16, 16, 1), height: 15 };
    await expect(interpolator.interpolate(short, short, [0.5])).rejects.toThrow(ShapeError);
    await interpolator.dispose();
    const { key } = network.parameters[3]!;
    const missing = new Map(weights);
    missing.delete(key);
    expect(() => make({ weights: missing })).toThrow(CheckpointError);
    expect(() => make({ weights: missing })).toThrow(`tensor "${key}" is missing`);
    const misshaped = new Map([...weights, [key, { ...weights.get(key)!, shape: [2, 18, 1, 4] }]] as const);
    expect(() => make({ weights: misshaped })).toThrow(`tensor "${key}": expected [4, 4, 3, 3], found [2, 18, 1, 4].`);
    const extra = new Map([...weights, ['more', weights.get(key)!]] as const);
    expect(() => make({ weights: extra })).toThrow('unknown tensor "more"');
    expect(() => make({ scale: 0.3 })).toThrow(ConfigError);
    expect(() => make({ sessions: 0 })).toThrow('sessions: expected a positive integer');
  });
});

describe('int8', () => {
  const pairs = [11, 13].map((seed) => [picture(48, 32, seed), picture(48, 32, seed + 1)] as const);

  it('is close to float32, keeping in float32 what the network says', async () => {
    const calibration = await calibrateIfrnet({ config, weights }, pairs);
    const exact = make({ engine: 'graph' });
    const int8 = make({ engine: 'graph', precision: { kind: 'int8', calibration } });
    const [first, second] = pairs[0]!;
    const [expected] = await exact.interpolate(first, second, [0.5]);
    const [found] = await int8.interpolate(first, second, [0.5]);
    const error = relativeL2(found!.data, expected!.data as Float32Array);
    expect(error).toBeLessThan(0.01);
    expect(error).toBeGreaterThan(0);
    await Promise.all([exact.dispose(), int8.dispose()]);
  });

  it('names parameters that exist as those that stay float32', () => {
    for (const kept of network.keepFloat ?? []) {
      expect(
        network.parameters.some(({ key }) => key.startsWith(`${kept}.`)),
        kept,
      ).toBe(true);
    }
    expect(network.keepFloat).toContain('decoder1.convblock.2');
  });

  it('needs pairs', async () => {
    const calibrating = Promise.resolve().then(() => calibrateIfrnet({ config, weights }, []));
    await expect(calibrating).rejects.toThrow('calibration inputs: expected at least one');
  });
});
