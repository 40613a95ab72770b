import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectNoTensorLeak } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph, runOn } from '../test/run-both.js';
import { type SplatMode, type SplatOptions, splatForward } from './splat-forward.js';
import { warpBackward } from './warp-backward.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const modes: readonly SplatMode[] = ['sum', 'average', 'linear', 'softmax'];
const sizes = fc.record({
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
  channels: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  reach: fc.constantFrom(0.5, 3, 20),
});

function withMetric(options: SplatOptions, metric: tf.Tensor): SplatOptions {
  return options.mode === 'linear' || options.mode === 'softmax' ? { ...options, metric } : options;
}

/** The definition, pixel by pixel and in double precision. */
function bruteForce(image: tf.Tensor4D, flow: tf.Tensor4D, { mode, epsilon, metric }: SplatOptions): tf.Tensor {
  const [batch, height, width, channels] = image.shape;
  const [values, motion] = [image.dataSync(), flow.dataSync()];
  const importance = metric?.dataSync();
  const pixels = height * width;
  const total = new Float64Array(image.size);
  const mass = new Float64Array(batch * pixels);
  for (let q = 0; q < batch * pixels; q++) {
    const sample = Math.floor(q / pixels);
    const x = (q % width) + motion[2 * q]!;
    const y = Math.floor((q % pixels) / width) + motion[2 * q + 1]!;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const z = importance?.[q] ?? 0;
    const weight = mode === 'softmax' ? Math.exp(z) : mode === 'linear' ? z : 1;
    for (const row of [Math.floor(y), Math.floor(y) + 1]) {
      for (const column of [Math.floor(x), Math.floor(x) + 1]) {
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const share = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row)) * weight;
        const target = sample * pixels + row * width + column;
        mass[target]! += share;
        for (let c = 0; c < channels; c++) total[target * channels + c]! += share * values[q * channels + c]!;
      }
    }
  }
  const divisor = (m: number): number => {
    if (mode === 'sum') return 1;
    if (epsilon === 'zero') return m === 0 ? 1 : m;
    return epsilon === 'clip' ? Math.max(m, 1e-7) : m + 1e-7;
  };
  return tf.tensor4d(
    Float32Array.from(total, (value, index) => value / divisor(mass[Math.floor(index / channels)]!)),
    image.shape,
  );
}

describe('splatForward', () => {
  it('does what its definition says, in every mode', () => {
    const options = fc.record({
      mode: fc.constantFrom(...modes),
      epsilon: fc.constantFrom('add' as const, 'zero' as const, 'clip' as const),
    });
    fc.assert(
      fc.property(sizes, options, ({ height, width, channels, seed, reach }, chosen) => {
        const image = randomTensor([2, height, width, channels], seed) as tf.Tensor4D;
        // Parts of 64, so that no share is so small that the epsilon shows its rounding.
        const drawn = randomTensor([2, height, width, 2], seed + 1, -reach, reach);
        const flow = tf.div(tf.round(tf.mul(drawn, 64)), 64) as tf.Tensor4D;
        const given = withMetric(chosen, randomTensor([2, height, width, 1], seed + 2, 0.1, 2));
        expect(distance(splatForward(image, flow, given), bruteForce(image, flow, given))).toBeLessThan(1e-4);
      }),
    );
  });

  it('keeps the sum of what stays inside, and is the identity for zero flow', () => {
    fc.assert(
      fc.property(sizes, ({ height, width, channels, seed }) => {
        const image = randomTensor([1, height, width, channels], seed, 0, 1);
        const still = tf.zeros([1, height, width, 2]);
        expect(distance(splatForward(image, still, { mode: 'sum' }), image)).toBe(0);
        expect(distance(splatForward(image, still, { mode: 'average', epsilon: 'zero' }), image)).toBe(0);
        // Framed by one pixel, nothing leaves.
        const framed = tf.pad(image, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]);
        const flow = randomTensor([1, height + 2, width + 2, 2], seed, -1, 1);
        const splatted = splatForward(framed, flow, { mode: 'sum' });
        expect(distance(tf.sum(splatted), tf.sum(image))).toBeLessThan(1e-4);
      }),
    );
  });

  it('is the transpose of the backward warp with zeros outside', () => {
    fc.assert(
      fc.property(sizes, ({ height, width, channels, seed, reach }) => {
        const shape = [1, height, width, channels];
        const [image, other] = [randomTensor(shape, seed), randomTensor(shape, seed + 1)];
        const flow = randomTensor([1, height, width, 2], seed + 2, -reach, reach);
        const left = tf.sum(tf.mul(splatForward(image, flow, { mode: 'sum' }), other));
        const right = tf.sum(tf.mul(image, warpBackward(other, flow, { padding: 'zeros' })));
        expect(distance(left, right)).toBeLessThan(1e-4);
      }),
    );
  });

  it('weighs two pixels that meet by e^Z', () => {
    const image = tf.tensor4d([1, 5], [1, 1, 2, 1]);
    const flow = tf.tensor4d([1, 0, 0, 0], [1, 1, 2, 2]);
    const metric = tf.tensor4d([2, 1], [1, 1, 2, 1]);
    const [hole, met] = splatForward(image, flow, { mode: 'softmax', metric }).dataSync();
    expect(hole).toBe(0);
    expect(met).toBeCloseTo((Math.E * 1 + 5) / (Math.E + 1), 5);
  });

  it('does not change when Z is constant, up to the epsilon', () => {
    const image = randomTensor([1, 4, 5, 2], 1);
    const flow = randomTensor([1, 4, 5, 2], 2, -0.7, 0.7);
    const average = splatForward(image, flow, { mode: 'average' });
    const metric = tf.fill([1, 4, 5, 1], 1.5);
    expect(distance(splatForward(image, flow, { mode: 'softmax', metric }), average)).toBeLessThan(1e-4);
  });

  it.each(['cpu', 'graph'] as const)('puts a pixel that moves by NaN or infinity nowhere (%s)', async (engine) => {
    const { NaN: nan, POSITIVE_INFINITY: far } = Number;
    const flow = tf.tensor4d([nan, 0, 0, far, -far, 0, 1e30, 0, 0, 0, 0.5, nan], [1, 1, 6, 2]);
    const image = tf.tensor4d([1, 2, nan, 4, 5, 6], [1, 1, 6, 1]);
    const { out, dImage, dFlow } = await runOn(
      engine,
      (given) => {
        const splat = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => splatForward(x, y, { mode: 'sum' });
        const [first, second] = tf.grads(splat)([tf.onesLike(given.image!), given.flow!]);
        return { out: splat(given.image!, given.flow!), dImage: first!, dFlow: second! };
      },
      { image, flow },
    );
    expect([...out!.data]).toEqual([0, 0, 0, 0, 5, 0]);
    expect([...dImage!.data]).toEqual([0, 0, 0, 0, 1, 0]);
    expect([...dFlow!.data].every(Number.isFinite)).toBe(true);
  });

  it.each(modes)('has the gradient of central differences (%s)', (mode) => {
    // Fractions 0.2 .. 0.8, so that no pixel lands on another within the step; some fall outside the picture.
    const whole = tf.round(randomTensor([2, 4, 5, 2], 5, -3, 3));
    const flow = tf.add(whole, randomTensor([2, 4, 5, 2], 6, 0.2, 0.8));
    const metric = randomTensor([2, 4, 5, 1], 8, 0.5, 1.5);
    // Where nothing but the epsilon is in the denominator the quotient is steep; filling every pixel avoids that.
    const splat = (image: tf.Tensor, motion: tf.Tensor, z: tf.Tensor): tf.Tensor =>
      splatForward(
        tf.concat([image, image], 1),
        tf.concat([motion, tf.zerosLike(motion)], 1),
        withMetric({ mode }, tf.concat([z, z], 1)),
      ).slice([0, 4, 0, 0], [2, 4, 5, 3]);
    const image = randomTensor([2, 4, 5, 3], 7);
    if (mode === 'sum' || mode === 'average') checkGradient((x, y) => splat(x, y, metric), [image, flow]);
    else checkGradient(splat, [image, flow, metric]);
  });

  it.each(modes)('gives in a compiled graph what it gives eagerly, gradients included (%s)', async (mode) => {
    await expectSameOnGraph(
      ({ image, flow, metric, dy }) => {
        const splat = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor): tf.Tensor =>
          splatForward(x, y, withMetric({ mode, epsilon: 'zero' }, z));
        const used = mode === 'linear' || mode === 'softmax' ? [image!, flow!, metric!] : [image!, flow!];
        const gradients = tf.grads((x: tf.Tensor, y: tf.Tensor, z: tf.Tensor = metric!) => splat(x, y, z))(used, dy!);
        return {
          out: splat(image!, flow!, metric!),
          ...Object.fromEntries(gradients.map((gradient, index) => [`gradient${index}`, gradient])),
        };
      },
      {
        image: randomTensor([2, 6, 7, 3], 1),
        flow: randomTensor([2, 6, 7, 2], 2, -2, 2),
        metric: randomTensor([2, 6, 7, 1], 3, 0.5, 2),
        dy: randomTensor([2, 6, 7, 3], 4),
      },
      1e-4,
    );
  });

  it('frees everything it makes', async () => {
    const image = randomTensor([1, 4, 4, 2], 1);
    const flow = randomTensor([1, 4, 4, 2], 2);
    await expectNoTensorLeak(tf, () =>
      tf.tidy(() => {
        tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(splatForward(a, b, { mode: 'average' })))([image, flow]);
      }),
    );
  });

  it('names what does not fit', () => {
    const image = tf.zeros([1, 2, 2, 3]);
    const flow = tf.zeros([1, 2, 2, 2]);
    expect(() => splatForward(image, tf.zeros([1, 2, 3, 2]), { mode: 'sum' })).toThrow(ShapeError);
    expect(() => splatForward(image, flow, { mode: 'softmax' })).toThrow('mode "softmax" needs one');
    expect(() => splatForward(image, flow, { mode: 'sum', metric: flow })).toThrow(ConfigError);
    expect(() => splatForward(image, flow, { mode: 'linear', metric: flow })).toThrow('splatForward metric');
  });
});
