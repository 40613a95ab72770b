import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnEngines } from '../test/engines.js';
import { type AdacofOptions, adacof } from './adacof.js';
import { channelGroupsOf, stripsOf } from './adacof-strip.js';
import { sumTaps, sumTapsGradients } from './adacof-sum.js';
import { cellTable } from './cell-table.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  batch: number;
  height: number;
  width: number;
  channels: number;
  kernelSize: number;
  dilation: number;
}

const cases = fc.record<Case>({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
  channels: fc.constantFrom(1, 3, 5, 9),
  kernelSize: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
});

function inputsOf({ batch, height, width, channels, kernelSize }: Case, reach: number): tf.Tensor[] {
  const map = [batch, height, width, kernelSize ** 2];
  return [
    randomTensor([batch, height, width, channels], 1),
    randomTensor(map, 2),
    randomTensor(map, 3, -reach, reach),
    randomTensor(map, 4, -reach, reach),
  ];
}

const collect =
  (options: AdacofOptions) =>
  (...[image, weights, offsetsY, offsetsX]: tf.Tensor[]): tf.Tensor =>
    adacof(image!, { weights: weights!, offsetsY: offsetsY!, offsetsX: offsetsX! }, options);

/** The definition, as plain loops. */
function bruteForce(inputs: tf.Tensor[], { batch, height, width, channels, kernelSize, dilation }: Case): tf.Tensor {
  const [image, weights, offsetsY, offsetsX] = inputs.map((x) => x.arraySync() as number[][][][]);
  const margin = Math.floor(((kernelSize - 1) * dilation) / 2);
  const clamp = (value: number, extent: number): number => Math.min(extent - 1, Math.max(0, value));
  const out = tf.buffer([batch, height, width, channels]);
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let t = 0; t < kernelSize ** 2; t++) {
            const [y, x] = [offsetsY![b]![i]![j]![t]!, offsetsX![b]![i]![j]![t]!];
            const row = i + Math.floor(t / kernelSize) * dilation - margin + Math.trunc(y);
            const column = j + (t % kernelSize) * dilation - margin + Math.trunc(x);
            const [a, e] = [y - Math.trunc(y), x - Math.trunc(x)];
            const at = (dy: number, dx: number): number =>
              image![b]![clamp(row + dy, height)]![clamp(column + dx, width)]![c]!;
            const upper = (1 - e) * at(0, 0) + e * at(0, 1);
            const lower = (1 - e) * at(1, 0) + e * at(1, 1);
            sum += weights![b]![i]![j]![t]! * ((1 - a) * upper + a * lower);
          }
          out.set(sum, b, i, j, c);
        }
  return out.toTensor();
}

describe('adacof', () => {
  it('agrees with plain loops', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0.9, 4, 40), (given, reach) => {
        const inputs = inputsOf(given, reach);
        const out = collect({ dilation: given.dilation })(...inputs);
        expect(distance(out, bruteForce(inputs, given))).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it('is the identity for a weight of 1 on an undisplaced centre', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const size = 2 * given.kernelSize - 1;
        const taps = tf.tensor1d(Array.from({ length: size ** 2 }, (_, tap) => (2 * tap === size ** 2 - 1 ? 1 : 0)));
        const centre = tf.tile(tf.reshape(taps, [1, 1, 1, -1]), [given.batch, given.height, given.width, 1]);
        const image = inputsOf(given, 0)[0]!;
        const still = tf.zeros(centre.shape);
        const maps = { weights: centre, offsetsY: still, offsetsX: still };
        expect(distance(adacof(image, maps, { dilation: given.dilation }), image)).toBe(0);
      }),
    );
  });

  it('rounds offsets toward zero and extrapolates from negative ones', () => {
    const image = tf.tensor4d([10, 20, 40], [1, 1, 3, 1]);
    const offsetsX = tf.tensor4d([0, -0.3, -1.25], [1, 1, 3, 1]);
    const maps = { weights: tf.onesLike(offsetsX), offsetsY: tf.zerosLike(offsetsX), offsetsX };
    // The last one starts at the second pixel, whose successor is 20 higher.
    expect(
      distance(adacof(image, maps), tf.tensor4d([10, 1.3 * 20 - 0.3 * 40, 20 - 0.25 * 20], [1, 1, 3, 1])),
    ).toBeLessThan(1e-5);
  });

  it('reads images that carry their margin', () => {
    const given = { batch: 2, height: 4, width: 5, channels: 3, kernelSize: 3, dilation: 2 };
    const [image, ...maps] = inputsOf(given, 6) as [tf.Tensor4D, ...tf.Tensor[]];
    const edges = [0, 2, 2, 0].map((margin): [number, number] => [margin, margin]);
    const rows = tf.gather(image, tf.tensor1d([0, 0, 0, 1, 2, 3, 3, 3], 'int32'), 1);
    const padded = tf.gather(rows, tf.tensor1d([0, 0, 0, 1, 2, 3, 4, 4, 4], 'int32'), 2);
    expect(padded.shape[1]).toBe(4 + edges[1]![0] + edges[1]![1]);
    const here = collect({ dilation: 2 })(image, ...maps);
    expect(distance(collect({ dilation: 2, padding: 'none' })(padded, ...maps), here)).toBe(0);
  });

  it.each([1, 3, 9])('has the gradient of central differences (%i channels)', (channels) => {
    const shape = [2, 3, 4, 9];
    // Fractions 0.2 .. 0.8 on either side of zero, so that no whole part changes within the step.
    const offsets = (seed: number): tf.Tensor => {
      const whole = tf.round(randomTensor(shape, seed, -4, 4));
      const fraction = randomTensor(shape, seed + 1, 0.2, 0.8);
      return tf.add(
        whole,
        tf.mul(fraction, tf.where(tf.greaterEqual(whole, 0), tf.onesLike(whole), tf.neg(tf.onesLike(whole)))),
      );
    };
    const inputs = [randomTensor([2, 3, 4, channels], 5), randomTensor(shape, 6), offsets(7), offsets(9)];
    checkGradient(collect({ dilation: 2 }), inputs);
  });

  it('gives the same on the graph engine, gradients included, over several strips', async () => {
    // 220,000 samples: two strips, and updates of the image's gradient in many parts.
    const given = { batch: 2, height: 30, width: 30, channels: 3, kernelSize: 11, dilation: 2 };
    await expectSameOnEngines(collect({ dilation: 2 }), inputsOf(given, 8), 2e-6);
  });

  it.each([1, 5, 9])('gives the same on the graph engine with %i channels', async (channels) => {
    const given = { batch: 2, height: 5, width: 7, channels, kernelSize: 3, dilation: 1 };
    await expectSameOnEngines(collect({}), inputsOf(given, 5), 2e-6);
  });

  it('passes on NaN in an offset, and nothing else', async () => {
    const given = { batch: 1, height: 3, width: 3, channels: 2, kernelSize: 1, dilation: 1 };
    const [image, weights, , offsetsX] = inputsOf(given, 2) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const offsetsY = tf.tensor4d([0, NaN, 0, 1e30, -1e30, 0, 0, 0, 0], [1, 3, 3, 1]);
    const outputs = await expectSameOnEngines(collect({}), [image, weights, offsetsY, offsetsX], 2e-6, {
      isGradientCompared: false,
    });
    for (const out of outputs) {
      expect([...out].map(Number.isNaN)).toEqual(Array.from({ length: 18 }, (_, i) => i === 2 || i === 3));
    }
  });

  it('frees everything it makes', () => {
    const inputs = inputsOf({ batch: 1, height: 3, width: 3, channels: 3, kernelSize: 3, dilation: 1 }, 2);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grads((...at: tf.Tensor[]) => tf.sum(collect({})(...at)))(inputs);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what does not fit', () => {
    const map = tf.zeros([1, 4, 5, 9]);
    const maps = { weights: map, offsetsY: map, offsetsX: map };
    const image = tf.zeros([1, 4, 5, 3]);
    expect(() => adacof(image, { ...maps, offsetsX: tf.zeros([1, 4, 5, 4]) })).toThrow(
      'adacof offsetsX: expected [1, 4, 5, 9], found [1, 4, 5, 4].',
    );
    expect(() => adacof(image, { ...maps, weights: tf.zeros([1, 4, 5, 8]) })).toThrow(
      'adacof weights: expected [B, H, W, F * F]',
    );
    expect(() => adacof(image, maps, { padding: 'none' })).toThrow(
      'adacof image: expected [1, 6, 7, 3], found [1, 4, 5, 3].',
    );
    expect(() => adacof(tf.zeros([4, 5, 3]), maps)).toThrow(ShapeError);
    expect(() => adacof(image, maps, { dilation: 0.5 })).toThrow(ConfigError);
  });
});

describe('channelGroupsOf', () => {
  const size = { imageHeight: 0, imageWidth: 0, dilation: 1, margin: 0, batch: 1 };

  it('takes channels together while what they gather is small', () => {
    expect(channelGroupsOf({ ...size, height: 64, width: 96, kernelSize: 11, channels: 63 })).toEqual([63]);
    expect(channelGroupsOf({ ...size, height: 736, width: 1280, kernelSize: 11, channels: 63 })).toEqual([
      ...[9, 9, 9, 9, 9, 9, 9],
    ]);
    expect(channelGroupsOf({ ...size, height: 2160, width: 3840, kernelSize: 11, channels: 3 })).toEqual([3]);
  });
});

describe('sums by groups of channels', () => {
  it.each([11, 2])('are the sums of all, gradients included (gradients of the maps by %i channels)', (mapChannels) => {
    const [batch, height, width, kernelSize, channels] = [2, 3, 4, 3, 11];
    const margins = { imageHeight: height, imageWidth: width, dilation: 1, margin: 1 };
    const grid = { ...margins, batch, height, width, kernelSize, channels };
    const image = randomTensor([batch, height, width, channels], 1) as tf.Tensor4D;
    const map = (seed: number): tf.Tensor => randomTensor([batch, height, width, 9], seed, -2, 2);
    const maps = { weights: map(2), offsetsY: map(3), offsetsX: map(4) };
    const dy = randomTensor([batch, height, width, channels], 5);
    const choice = { mapChannels, isTableDifferentiated: true };
    const tableOf = (part: tf.Tensor): tf.Tensor2D => cellTable(part as tf.Tensor4D, 'replicate');
    const whole = tableOf(image);
    const tables = tf.split(image, [2, 9], 3).map(tableOf);
    expect(distance(sumTaps(grid, tables, maps), sumTaps(grid, [whole], maps))).toBeLessThan(1e-5);
    const [dTable, ...expected] = sumTapsGradients(grid, [whole], maps, dy, choice);
    const [dFirst, dSecond, ...actual] = sumTapsGradients(grid, tables, maps, dy, choice);
    for (const [i, gradient] of actual.entries()) expect(distance(gradient, expected[i]!)).toBeLessThan(1e-5);
    const fieldsOf = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0]!, 4, x.shape[1]! / 4]);
    const joined = tf.concat([fieldsOf(dFirst!), fieldsOf(dSecond!)], 2);
    expect(distance(joined, fieldsOf(dTable!))).toBeLessThan(1e-5);
  });
});

describe('stripsOf', () => {
  const size = { imageHeight: 0, imageWidth: 0, channels: 3, kernelSize: 5, dilation: 1, margin: 2 };

  it('covers every row once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 2200 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.constantFrom('forward' as const, 'gradient' as const),
        (batch, height, width, pass) => {
          const strips = stripsOf({ ...size, batch, height, width }, pass);
          let next = 0;
          for (const { start, rows } of strips) {
            expect(start).toBe(next);
            expect(rows).toBeGreaterThan(0);
            next += rows;
          }
          expect(next).toBe(batch * height);
          expect(strips.length).toBeLessThanOrEqual(128);
        },
      ),
    );
  });

  it('shares strips between forward and gradient for small pictures only', () => {
    const [small, large] = [
      { ...size, batch: 1, height: 256, width: 448 },
      { ...size, batch: 1, height: 1080, width: 1920 },
    ];
    expect(stripsOf(small, 'gradient')).toEqual(stripsOf(small, 'forward'));
    expect(stripsOf(large, 'gradient')[0]).not.toEqual(stripsOf(large, 'forward')[0]);
  });
});
