import { createRandom, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adaptiveCharbonnierLoss,
  censusLoss,
  censusTransform,
  censusValidMask,
  charbonnierLoss,
  flowDistillationLoss,
  geometryLoss,
  ifrnetObjective,
  patchLoss,
  robustWeight,
} from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function values(shape: number[], seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform());
}

function tensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(values(shape, seed), shape);
}

function scalar(x: tf.Tensor): number {
  return x.dataSync()[0]!;
}

/** Compares tfjs's gradient of `loss` with central differences at some elements. */
async function checkGradient(loss: (x: tf.Tensor) => tf.Scalar, shape: number[], seed = 1): Promise<void> {
  const at = values(shape, seed);
  const gradient = tf.grad(loss)(tf.tensor(at, shape)).dataSync();
  const indices = [0, 7, 19, 33, at.length - 1].filter((index) => index < at.length);
  const value = (x: Float32Array): number => scalar(loss(tf.tensor(x, shape))) * at.length;
  await expectGradient(
    value,
    at,
    gradient.map((g) => g * at.length),
    { step: 1e-2, indices, tolerance: 5e-3 },
  );
}

describe('patchLoss', () => {
  const extent = fc.integer({ min: 7, max: 10 });

  it('equals the definition over the whole transform', () => {
    fc.assert(
      fc.property(extent, extent, fc.nat(99), (height, width, seed) => {
        const [x, y] = [tensor([2, height, width, 1], seed), tensor([2, height, width, 1], seed + 1)];
        const square = tf.square(tf.sub(censusTransform(x), censusTransform(y)));
        const distance = tf.mean(tf.div(square, tf.add(square, 0.1)), 3, true);
        const expected = scalar(tf.mean(tf.mul(distance, censusValidMask(height, width))));
        expect(Math.abs(scalar(patchLoss(x, y, 3)) - expected)).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it('is zero for equal tensors, symmetric, below one, and blind to an offset', () => {
    fc.assert(
      fc.property(extent, extent, fc.nat(99), (height, width, seed) => {
        const [x, y] = [tensor([1, height, width, 2], seed), tensor([1, height, width, 2], seed + 1)];
        const loss = scalar(patchLoss(x, y, 1));
        expect(scalar(patchLoss(x, x, 1))).toBe(0);
        expect(loss).toBeGreaterThan(0);
        expect(loss).toBeLessThan(1);
        expect(scalar(patchLoss(y, x, 1))).toBeCloseTo(loss, 6);
        expect(scalar(patchLoss(tf.add(x, 0.5), y, 1))).toBeCloseTo(loss, 5);
      }),
      { numRuns: 20 },
    );
  });

  it('has the gradient of central differences in both arguments', async () => {
    const shape = [1, 8, 7, 2];
    await checkGradient((x) => patchLoss(x, tensor(shape, 5), 1), shape);
    await checkGradient((y) => geometryLoss(tensor(shape, 5), y), shape);
    await checkGradient((x) => censusLoss(x, tensor(shape, 5)), shape);
  });

  it('names what does not fit', () => {
    expect(() => patchLoss(tf.zeros([1, 8, 8, 1]), tf.zeros([1, 8, 7, 1]), 1)).toThrow(ShapeError);
    expect(() => censusLoss(tf.zeros([1, 6, 8, 3]), tf.zeros([1, 6, 8, 3]))).toThrow('height and width of more than 6');
    expect(() => censusTransform(tf.zeros([8, 8, 3]))).toThrow('censusTransform x: expected [B, H, W, C]');
  });
});

describe('censusLoss', () => {
  it('takes no gradient to the target', () => {
    const x = tensor([1, 8, 8, 3], 1);
    const gradient = tf.grad((y: tf.Tensor) => tf.add(tf.mul(tf.sum(y), 0), censusLoss(x, y)))(tensor([1, 8, 8, 3], 2));
    expect(scalar(tf.max(tf.abs(gradient)))).toBe(0);
  });
});

describe('charbonnier losses', () => {
  it('is nearly the mean absolute difference, over the masked part where there is a mask', () => {
    const d = tf.tensor4d([3, -1, 0.5, -4], [1, 2, 2, 1]);
    expect(scalar(charbonnierLoss(d))).toBeCloseTo(2.125, 5);
    expect(scalar(charbonnierLoss(d, tf.tensor4d([1, 0, 1, 0], [1, 2, 2, 1])))).toBeCloseTo(1.75, 5);
  });

  it('adapts its shape to the weight', () => {
    const d = tf.tensor4d([2, -1], [1, 1, 2, 1]);
    // w = 1: e = 10^-3; w = 0: any difference costs 1.
    expect(scalar(adaptiveCharbonnierLoss(d, tf.ones([1, 1, 2, 1])))).toBeCloseTo(1.5, 5);
    expect(scalar(adaptiveCharbonnierLoss(d, tf.zeros([1, 1, 2, 1])))).toBe(1);
  });

  it('have the gradient of central differences', async () => {
    const weight = tf.tensor4d(values([1, 4, 5, 1], 3), [1, 4, 5, 1]);
    await checkGradient((x) => charbonnierLoss(tf.add(x, 0.2)), [1, 4, 5, 2]);
    await checkGradient((x) => adaptiveCharbonnierLoss(x, weight), [1, 4, 5, 2]);
  });
});

describe('flowDistillationLoss', () => {
  const flows = (seed: number): tf.Tensor[] => [8, 4, 2].map((size) => tensor([1, size, size, 2], seed + size));

  it('weights by exp(-0.3 * endpoint error)', () => {
    const weight = robustWeight(tf.tensor4d([3, 4], [1, 1, 1, 2]), tf.zeros([1, 1, 1, 2]));
    expect(scalar(weight)).toBeCloseTo(Math.exp(-1.5), 6);
  });

  it('gives the finest flow no gradient and coarser ones the one of central differences', async () => {
    const teacher = tensor([1, 8, 8, 4], 40);
    const [finest, middle, coarse] = flows(1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const gradient = tf.grad((x: tf.Tensor) =>
      tf.add(tf.mul(tf.sum(x), 0), flowDistillationLoss([x, middle, coarse], flows(2), teacher)),
    )(finest);
    expect(scalar(tf.max(tf.abs(gradient)))).toBe(0);
    await checkGradient((x) => flowDistillationLoss([finest, x, coarse], flows(2), teacher), [1, 4, 4, 2]);
  });

  it('names what does not fit', () => {
    expect(() => flowDistillationLoss(flows(1), flows(2), tf.zeros([1, 8, 8, 2]))).toThrow(
      'flowDistillationLoss teacher: expected [1, 8, 8, 4], found [1, 8, 8, 2].',
    );
    expect(() => flowDistillationLoss(flows(1).slice(0, 1), flows(2), tf.zeros([1, 8, 8, 4]))).toThrow('two levels');
  });
});

describe('ifrnetObjective', () => {
  const prediction = () => ({
    frame: tensor([1, 16, 16, 3], 1),
    flowsT0: [16, 8, 4, 2].map((size) => tensor([1, size, size, 2], size)),
    flowsT1: [16, 8, 4, 2].map((size) => tensor([1, size, size, 2], size + 1)),
    features: [8, 4, 3].map((size) => tensor([1, size, size, 4], size)),
    targetFeatures: [8, 4, 3, 1].map((size) => tensor([1, size, size, 4], size + 1)),
  });

  it('sums its weighted terms; distillation needs a flow', () => {
    const frameT = tensor([1, 16, 16, 3], 9);
    const without = ifrnetObjective(prediction(), { frameT });
    expect(Object.keys(without.terms)).toEqual(['reconstruction', 'geometry']);
    const flow = tensor([1, 16, 16, 4], 3);
    const { total, terms } = ifrnetObjective(prediction(), { frameT, flow }, { geometryWeight: 2 });
    expect(Object.keys(terms)).toEqual(['reconstruction', 'geometry', 'distillation']);
    const sum = Object.values(terms).reduce((s, term) => s + scalar(term), 0);
    expect(scalar(total)).toBeCloseTo(sum, 5);
    expect(scalar(terms.geometry!)).toBeCloseTo(200 * scalar(without.terms.geometry!), 5);
  });

  it('names a level without counterpart', () => {
    const target = { frameT: tensor([1, 16, 16, 3], 9) };
    expect(() => ifrnetObjective({ ...prediction(), targetFeatures: [] }, target)).toThrow(
      'expected 3 levels, found 0',
    );
  });
});
