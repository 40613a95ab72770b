import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { laplacianLoss, privilegedDistillationLoss, rifeObjective } from './index.js';

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

describe('laplacianLoss', () => {
  /** As the official code is written: 5 x 5 filter over reflected borders, zeros put between samples on the way up. */
  function direct(x: tf.Tensor4D, y: tf.Tensor4D, levels: number): number {
    const taps = tf.tensor1d([1, 4, 6, 4, 1]);
    const filter = tf.div(tf.outerProduct(taps, taps), 256).reshape([5, 5, 1, 1]).tile([1, 1, 3, 1]) as tf.Tensor4D;
    const blur = (image: tf.Tensor4D, gain: number): tf.Tensor4D => {
      const padded = tf.mirrorPad(
        image,
        [
          [0, 0],
          [2, 2],
          [2, 2],
          [0, 0],
        ],
        'reflect',
      );
      return tf.depthwiseConv2d(padded as tf.Tensor4D, tf.mul(filter, gain) as tf.Tensor4D, 1, 'valid');
    };
    const pyramid = (image: tf.Tensor4D): tf.Tensor4D[] => {
      const result: tf.Tensor4D[] = [];
      let current = image;
      for (let level = 0; level < levels; level++) {
        const [batch, height, width, channels] = current.shape;
        const down = tf.stridedSlice(blur(current, 1), [0, 0, 0, 0], current.shape, [1, 2, 2, 1]) as tf.Tensor4D;
        const spread = tf.pad(tf.reshape(down, [batch, height / 2, 1, width / 2, 1, channels]), [
          [0, 0],
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 1],
          [0, 0],
        ]);
        result.push(tf.sub(current, blur(tf.reshape(spread, current.shape) as tf.Tensor4D, 4)));
        current = down;
      }
      return result;
    };
    const [a, b] = [pyramid(x), pyramid(y)];
    return a.reduce((sum, level, i) => sum + scalar(tf.mean(tf.abs(tf.sub(level, b[i]!)))), 0);
  }

  it('is the distance of pyramids made level by level', () => {
    for (const [levels, height, width] of [
      [1, 4, 6],
      [2, 8, 12],
      [3, 16, 24],
    ] as const) {
      const [x, y] = [tensor([2, height, width, 3], 1), tensor([2, height, width, 3], 2)] as [tf.Tensor4D, tf.Tensor4D];
      const expected = direct(x, y, levels);
      expect(Math.abs(scalar(laplacianLoss(x, y, levels)) / expected - 1)).toBeLessThan(1e-5);
    }
  });

  it('takes no account of what is below its levels', () => {
    const x = tensor([1, 64, 64, 3], 1);
    expect(scalar(laplacianLoss(tf.add(x, 0.25), x))).toBeLessThan(1e-6);
  });

  it('has the gradient of its value', async () => {
    const shape = [1, 8, 12, 3];
    const [at, target] = [values(shape, 1), tensor(shape, 2)];
    const loss = (x: tf.Tensor): tf.Scalar => laplacianLoss(x, target, 2);
    const gradient = tf.grad(loss)(tf.tensor(at, shape)).dataSync();
    const value = (x: Float32Array): number => scalar(loss(tf.tensor(x, shape))) * at.length;
    const indices = [0, 50, 137, at.length - 1];
    await expectGradient(
      value,
      at,
      gradient.map((g) => g * at.length),
      { step: 1e-3, indices, tolerance: 5e-3 },
    );
  });

  it('names shapes that do not fit', () => {
    const of = (height: number, width: number) => tf.zeros([1, height, width, 3]);
    expect(() => laplacianLoss(of(64, 96), of(64, 64))).toThrow('laplacianLoss target: expected [1, 64, 96, 3]');
    expect(() => laplacianLoss(of(48, 64), of(48, 64))).toThrow('multiples of 32 and at least 48 for 5 levels');
    expect(() => laplacianLoss(of(32, 64), of(32, 64))).toThrow('found [1, 32, 64, 3]');
  });
});

describe('privilegedDistillationLoss', () => {
  const frameT = () => tf.zeros([1, 1, 3, 3]);
  const filled = (...row: number[]): tf.Tensor => tf.tile(tf.tensor(row, [1, 1, row.length, 1]), [1, 1, 1, 3]);

  it('counts where the teacher is nearer by more than 0.01, and gives the teacher no gradient', () => {
    const flowTeacher = tf.tensor([3, 0, 0, 0, 0, 0, 0, 5, 1, 1, 1, 1], [1, 1, 3, 4]);
    const mergedTeacher = filled(0.1, 0.1, 0.1);
    // Better than the teacher, just as good within the margin, and worse.
    const merged = [filled(0.05, 0.109, 0.2)];
    const loss = (flow: tf.Tensor, teacher: tf.Tensor): tf.Scalar =>
      privilegedDistillationLoss({ flows: [flow], merged, flowTeacher: teacher, mergedTeacher }, frameT());
    const flow = tf.tensor([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 5], [1, 1, 3, 4]);
    expect(scalar(loss(flow, flowTeacher))).toBeCloseTo(Math.sqrt(16 / 4) / 3, 6);
    const gradients = tf.grads((ofFlow: tf.Tensor, ofTeacher: tf.Tensor) =>
      tf.add(loss(ofFlow, ofTeacher), tf.sum(ofTeacher)),
    )([flow, flowTeacher]);
    const [ofFlow, ofTeacher] = gradients.map((gradient) => Array.from(gradient.dataSync()));
    expect(ofFlow!.slice(0, 11).every((value) => value === 0)).toBe(true);
    expect(ofFlow![11]).toBeCloseTo(1 / 6, 6);
    expect(ofTeacher).toEqual(new Array(12).fill(1));
  });

  it('has gradient 0, not NaN, where the flows agree', () => {
    const zero = tf.zeros([1, 1, 3, 4]);
    const worse = [filled(0.5, 0.5, 0.5)];
    const gradient = tf.grad((flow: tf.Tensor) =>
      privilegedDistillationLoss(
        { flows: [flow], merged: worse, flowTeacher: zero, mergedTeacher: frameT() },
        frameT(),
      ),
    )(zero);
    expect(gradient.dataSync().every((value) => value === 0)).toBe(true);
    expect(() =>
      privilegedDistillationLoss({ flows: [zero], merged: [], flowTeacher: zero, mergedTeacher: zero }, frameT()),
    ).toThrow('expected 1 stages, found 0');
  });
});

describe('rifeObjective', () => {
  it('is the sum of its weighted terms', () => {
    const of = (seed: number, channels = 3) => tensor([1, 64, 64, channels], seed);
    const prediction = {
      frame: of(1),
      flows: [of(2, 4), of(3, 4)],
      merged: [of(4), of(5)],
      flowTeacher: of(6, 4),
      mergedTeacher: tf.mul(of(7), 0.9),
    };
    const target = of(7);
    const { total, terms } = rifeObjective(prediction, target);
    const other = rifeObjective(prediction, target, { distillationWeight: 0.005 });
    expect(scalar(terms.reconstruction!)).toBeCloseTo(scalar(laplacianLoss(prediction.frame, target)), 6);
    expect(scalar(terms.teacher!)).toBeCloseTo(scalar(laplacianLoss(prediction.mergedTeacher, target)), 6);
    expect(scalar(terms.distillation!)).toBeCloseTo(0.01 * scalar(privilegedDistillationLoss(prediction, target)), 7);
    expect(scalar(other.terms.distillation!)).toBeCloseTo(scalar(terms.distillation!) / 2, 7);
    const sum = Object.values(terms).reduce((all, term) => all + scalar(term), 0);
    expect(scalar(total)).toBeCloseTo(sum, 5);
  });
});
