import { createRandom, type HostTensor } from '@vosvfi/core';
import { initializeWeights, type ParameterSpec, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import { vosSchema } from '../recipe/vos-schema.js';
import { deeplabv3Supervision } from './deeplabv3.js';
import { rvosSupervision } from './rvos.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function weightsFor(parameters: readonly ParameterSpec[]): TensorWeights {
  const weights = initializeWeights(parameters, createRandom(2));
  return new Map(
    [...weights].map(([key, { data, shape }]: [string, HostTensor]) => [key, tf.tensor(data, [...shape])]),
  );
}

function noise(seed: number, channels: number): tf.Tensor4D {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: 32 * 32 * channels }, () => random.uniform());
  return tf.tensor4d(data, [1, 32, 32, channels]);
}

describe('supervision', () => {
  it('by RVOS has the terms of masks and a gradient', () => {
    const supervision = rvosSupervision({
      encoder: { block: 'basic', stem: 4, widths: [4, 4, 5, 6], depths: [1, 1, 1, 1] },
      hidden: 8,
      variant: 'one-shot',
    });
    if (supervision.perFrame) throw new Error('RVOS follows objects.');
    const weights = weightsFor(supervision.parameters);
    const mask = tf.cast(tf.greater(noise(4, 1), 0.5), 'float32');
    const others = { frame0: noise(1, 3), frame1: noise(3, 3), mask0: mask, maskT: mask, mask1: mask };
    const vos = vosSchema.parse({ segmenter: { model: 'rvos', weights: 'folder' } });
    const evaluate = (frame: tf.Tensor) => supervision.terms(weights, { frame, ...others }, vos);
    expect(Object.keys(evaluate(noise(2, 3)).terms)).toEqual([
      'vosForward',
      'vosBackward',
      'vosConsistency',
      'vosSkipped',
    ]);
    const gradient = tf.grad((frame: tf.Tensor) => evaluate(frame).total)(noise(2, 3));
    expect(Math.max(...gradient.abs().dataSync())).toBeGreaterThan(0);
  });

  it('by DeepLabV3 has one term, weighted by lambda1, and a gradient in the made frame alone', () => {
    const supervision = deeplabv3Supervision({
      backbone: { stem: 4, widths: [2, 3, 3, 4], depths: [1, 1, 1, 1] },
      head: 5,
      rates: [2],
      classes: 4,
    });
    const weights = weightsFor(supervision.parameters);
    const recipe = (lambda1: number, target: 'soft' | 'hard') =>
      vosSchema.parse({ mode: 'frames', lambda1, target, segmenter: { model: 'deeplabv3_resnet50', weights: 'file' } });
    const evaluate = (frame: tf.Tensor, vos = recipe(0.1, 'soft')) =>
      supervision.terms(weights, { frame, frameT: noise(1, 3) }, vos);
    const value = (result: ReturnType<typeof evaluate>) => result.terms.frameSegmentation!.dataSync()[0]!;
    expect(value(evaluate(noise(2, 3), recipe(0.3, 'soft')))).toBeCloseTo(3 * value(evaluate(noise(2, 3))), 4);
    expect(value(evaluate(noise(2, 3), recipe(0.1, 'hard')))).not.toBeCloseTo(value(evaluate(noise(2, 3))), 6);
    const gradient = tf.grad((frame: tf.Tensor) => evaluate(frame).total)(noise(2, 3));
    expect(Math.max(...gradient.abs().dataSync())).toBeGreaterThan(0);
  });
});
