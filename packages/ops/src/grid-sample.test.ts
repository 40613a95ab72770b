import { type HostTensor, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnEngines } from '../test/engines.js';
import { gridSample } from './grid-sample.js';
import { warpBackward } from './warp-backward.js';

const fixture = new URL('../test/fixtures/grid-sample.safetensors', import.meta.url);
let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(fixture);
});

const modes = ['bilinear', 'nearest', 'bicubic'] as const;
const paddings = ['zeros', 'border', 'reflection'] as const;
const combinations = modes.flatMap((mode) =>
  paddings.flatMap((padding) => [true, false].map((alignCorners) => ({ mode, padding, alignCorners }))),
);

function input(name: string): tf.Tensor {
  const { data, shape } = toChannelsLast(stored.get(name)!);
  return tf.tensor(data, [...shape]);
}

function error(actual: tf.Tensor, name: string): number {
  const host = toChannelsFirst({ data: actual.dataSync() as Float32Array, shape: actual.shape, dtype: 'float32' });
  return relativeL2(host.data, stored.get(name)!.data);
}

/** The grid that gives the picture back. */
function identityGrid(batch: number, height: number, width: number, alignCorners: boolean): tf.Tensor {
  const at = (index: number, extent: number): number =>
    alignCorners ? (extent > 1 ? (2 * index) / (extent - 1) - 1 : 0) : (2 * index + 1) / extent - 1;
  const row = Array.from({ length: height * width }, (_, pixel) => [
    at(pixel % width, width),
    at(Math.floor(pixel / width), height),
  ]);
  return tf.tile(tf.tensor4d(row.flat(), [1, height, width, 2]), [batch, 1, 1, 1]);
}

describe('gridSample', () => {
  it.each(combinations)('equals PyTorch, gradients included ($mode, $padding, align $alignCorners)', (options) => {
    const { mode, padding, alignCorners } = options;
    const key = `${mode}.${padding}.${alignCorners ? 'corners' : 'edges'}`;
    const [image, grid, dy] = [input('in.image'), input('in.grid'), input('in.dy')];
    const sample = (x: tf.Tensor, places: tf.Tensor): tf.Tensor => gridSample(x, places, options);
    expect(error(sample(image, grid), `${key}.out`)).toBeLessThan(2e-6);
    const [dImage, dGrid] = tf.grads(sample)([image, grid], dy);
    expect(error(dImage!, `${key}.grad.image`)).toBeLessThan(2e-6);
    expect(error(dGrid!, `${key}.grad.grid`)).toBeLessThan(5e-6);
  });

  it.each(combinations)(
    'gives the same on the graph engine ($mode, $padding, align $alignCorners)',
    async (options) => {
      // Through GridSample, and by gathering.
      for (const channels of [3, 9]) {
        const inputs = [randomTensor([2, 5, 6, channels], 1), randomTensor([2, 4, 7, 2], 2, -2.5, 2.5)];
        await expectSameOnEngines((x, places) => gridSample(x!, places!, options), inputs, 1e-5);
      }
    },
  );

  it('is the identity for the grid of the picture itself', () => {
    const sizes = fc.record({
      height: fc.integer({ min: 1, max: 7 }),
      width: fc.integer({ min: 1, max: 7 }),
      channels: fc.integer({ min: 1, max: 3 }),
      options: fc.constantFrom(...combinations),
    });
    fc.assert(
      fc.property(sizes, ({ height, width, channels, options }) => {
        const image = randomTensor([2, height, width, channels], 1);
        const grid = identityGrid(2, height, width, options.alignCorners);
        expect(distance(gridSample(image, grid, options), image)).toBeLessThan(1e-5);
      }),
    );
  });

  it('is the warp in another notation', () => {
    const [height, width] = [5, 8];
    const image = randomTensor([1, height, width, 2], 1);
    const flow = randomTensor([1, height, width, 2], 2, -4, 4);
    const moved = tf.div(flow, tf.tensor1d([(width - 1) / 2, (height - 1) / 2]));
    const grid = tf.add(identityGrid(1, height, width, true), moved);
    for (const padding of ['border', 'zeros'] as const) {
      const sampled = gridSample(image, grid, { padding, alignCorners: true });
      expect(distance(sampled, warpBackward(image, flow, { padding }))).toBeLessThan(1e-5);
    }
  });

  it.each(combinations.filter(({ mode }) => mode !== 'nearest'))(
    'has the gradient of central differences ($mode, $padding, align $alignCorners)',
    (options) => {
      const [height, width] = [4, 6];
      // Places 0.3 .. 0.7 between samples, so that none crosses one within the step; some fall outside.
      const place = (seed: number, extent: number, samples: number): tf.Tensor => {
        const whole = tf.round(randomTensor([2, 3, 5, 1], seed, -3, extent + 1));
        const at = tf.add(whole, randomTensor([2, 3, 5, 1], seed + 1, 0.3, 0.7));
        return tf.div(tf.sub(at, (extent - 1) / 2), samples);
      };
      const half = options.alignCorners ? [(width - 1) / 2, (height - 1) / 2] : [width / 2, height / 2];
      const grid = tf.concat([place(3, width, half[0]!), place(5, height, half[1]!)], 3);
      // Reflection at an outer edge turns in the middle between samples, where the picture is flat.
      const inputs = [randomTensor([2, height, width, 2], 7), grid];
      checkGradient((x, places) => gridSample(x!, places!, options), inputs, 2e-3);
    },
  );

  it.each(combinations)('passes on NaN, and nothing else ($mode, $padding, align $alignCorners)', async (options) => {
    for (const channels of [1, 9]) {
      const grid = tf.tensor4d([0, NaN, 0.1, 0.2, NaN, 0.1, 50.07, -50.07], [1, 2, 2, 2]);
      const outputs = await expectSameOnEngines(
        (x, places) => gridSample(x!, places!, options),
        [randomTensor([1, 3, 4, channels], 1), grid],
        1e-5,
        { isGradientCompared: false },
      );
      for (const out of outputs) {
        const missing = [...out].filter((_, i) => i % channels === 0).map(Number.isNaN);
        expect(missing).toEqual([true, false, true, false]);
      }
    }
  });

  it('names what does not fit', () => {
    expect(() => gridSample(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2]))).toThrow(ShapeError);
    expect(() => gridSample(tf.zeros([2, 2, 2, 3]), tf.zeros([1, 5, 6, 2]))).toThrow(
      'gridSample grid: expected [2, h, w, 2], found [1, 5, 6, 2].',
    );
  });
});
