import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expect } from 'vitest';

/** Seeded values in [low, high). */
export function randomTensor(shape: number[], seed: number, low = -1, high = 1): tf.Tensor {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(low, high));
  return tf.tensor(data, shape);
}

/** Largest absolute difference. */
export function distance(a: tf.Tensor, b: tf.Tensor): number {
  expect(a.shape).toEqual(b.shape);
  const [x, y] = [Array.from(a.dataSync()), b.dataSync()];
  return x.reduce((worst, value, index) => Math.max(worst, Math.abs(value - y[index]!)), 0);
}

/**
 * Compares tfjs's gradient of a fixed weighting of `f`'s output with central differences, along one random direction
 * for every input. `f` must be smooth within `epsilon` of the inputs.
 */
export function checkGradient(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], epsilon = 1e-2): void {
  const score = (...at: tf.Tensor[]): tf.Scalar => {
    const y = f(...at);
    const weights = Float32Array.from({ length: y.size }, (_, index) => Math.cos(0.37 * index) + 0.3);
    return tf.sum(tf.mul(tf.reshape(y, [-1]), tf.tensor1d(weights)));
  };
  const gradients = tf.grads(score)(inputs);
  for (const [index, input] of inputs.entries()) {
    const direction = randomTensor(input.shape, 100 + index);
    const moved = (step: number): number => {
      const at = inputs.map((other, i) => (i === index ? tf.add(other, tf.mul(direction, step)) : other));
      return score(...at).dataSync()[0]!;
    };
    const numeric = (moved(epsilon) - moved(-epsilon)) / (2 * epsilon);
    const analytic = tf.sum(tf.mul(gradients[index]!, direction)).dataSync()[0]!;
    const scale = Math.max(1, Math.abs(numeric));
    expect(Math.abs(analytic - numeric) / scale, `input ${index}: ${analytic} against ${numeric}`).toBeLessThan(5e-3);
  }
}
