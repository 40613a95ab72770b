import { ConfigError, createRandom, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FrameSegmenter, frameSegmentationObjective } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shape = [2, 2, 3, 3] as const;

function draw(size: number, seed: number, low = 0, high = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.uniform(low, high));
}

function frame(seed: number): tf.Tensor4D {
  return tf.tensor4d(draw(36, seed), [...shape]);
}

/** Log-odds of four classes: a linear function of a pixel's colour. */
const mix = draw(12, 9, -3, 3);
const toySegmenter: FrameSegmenter = {
  segmentFrame: (x) => tf.reshape(tf.matMul(tf.reshape(x, [-1, 3]), tf.tensor2d(mix, [3, 4])), [2, 2, 3, 4]),
};

/** The same in plain numbers. */
function logits(pixels: ArrayLike<number>): number[][] {
  return Array.from({ length: pixels.length / 3 }, (_, p) =>
    [0, 1, 2, 3].map((c) => [0, 1, 2].reduce((sum, k) => sum + pixels[3 * p + k]! * mix[4 * k + c]!, 0)),
  );
}

function softmax(values: readonly number[]): number[] {
  const powers = values.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function expected(made: ArrayLike<number>, truth: ArrayLike<number>, target: 'soft' | 'hard'): number {
  const targets = logits(truth).map((row) =>
    target === 'soft' ? softmax(row) : row.map((value) => (value === Math.max(...row) ? 1 : 0)),
  );
  const costs = logits(made)
    .map(softmax)
    .map((row, p) => -row.reduce((sum, q, c) => sum + targets[p]![c]! * Math.log(q), 0));
  return costs.reduce((a, b) => a + b, 0) / costs.length;
}

describe('frame-by-frame segmentation', () => {
  it.each(['soft', 'hard'] as const)('is the cross-entropy of the two segmentations (%s target)', async (target) => {
    const [made, truth] = [draw(36, 1), draw(36, 2)];
    const loss = (x: tf.Tensor): tf.Scalar =>
      frameSegmentationObjective(toySegmenter, { frame: x, frameT: frame(2) }, { weight: 2, target }).total;
    const { value, grad } = tf.valueAndGrad(loss)(frame(1));
    expect(value.dataSync()[0]).toBeCloseTo(2 * expected(made, truth, target), 5);
    const gradient = grad.dataSync() as Float32Array;
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-3);
    await expectGradient((x) => 2 * expected(x, truth, target), made, gradient, { tolerance: 1e-3 });
  });

  it('passes no gradient to the true frame', () => {
    const loss = (frameT: tf.Tensor): tf.Scalar =>
      tf.add(frameSegmentationObjective(toySegmenter, { frame: frame(1), frameT }).total, tf.mul(tf.sum(frameT), 0));
    expect(Math.max(...tf.grad(loss)(frame(2)).abs().dataSync())).toBe(0);
  });

  it('has weight 0.1 by default and names its term', () => {
    const { total, terms } = frameSegmentationObjective(toySegmenter, { frame: frame(1), frameT: frame(2) });
    expect(Object.keys(terms)).toEqual(['frameSegmentation']);
    expect(total.dataSync()[0]).toBeCloseTo(0.1 * expected(draw(36, 1), draw(36, 2), 'soft'), 6);
  });

  it('names what does not fit', () => {
    const run = (inputs: object, options?: object) => () =>
      frameSegmentationObjective(toySegmenter, { frame: frame(1), frameT: frame(2), ...inputs }, options);
    expect(run({ frame: tf.zeros([1, 2, 2]) })).toThrow(ShapeError);
    expect(run({ frameT: tf.zeros([2, 2, 2, 3]) })).toThrow('frameSegmentationObjective frameT: expected [2, 2, 3, 3]');
    expect(run({}, { weight: Number.NaN })).toThrow(ConfigError);
  });
});
