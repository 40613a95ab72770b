import { type Random, sizeOf } from '@vosvfi/core';
import { conv2d } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';

/** Normal values of the given deviation. */
export function normalValues(shape: readonly number[], deviation: number): (random: Random) => Float32Array {
  return (random) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
}

/** The same value everywhere. */
export function constantValues(length: number, value: number): () => Float32Array {
  return () => new Float32Array(length).fill(value);
}

/** Weight [out, in, kernel, kernel] and, unless left out, bias of a convolution; a metric's networks are never trained. */
export function convolutionParameters(
  key: string,
  inputs: number,
  outputs: number,
  kernel: number,
  hasBias = true,
): ParameterSpec[] {
  const shape = [outputs, inputs, kernel, kernel];
  const init = normalValues(shape, Math.sqrt(2 / (inputs * kernel * kernel)));
  const weight: ParameterSpec = { key: `${key}.weight`, shape, trainable: false, init };
  if (!hasBias) return [weight];
  return [weight, { key: `${key}.bias`, shape: [outputs], trainable: false, init: constantValues(outputs, 0) }];
}

/** The convolution whose weight and bias (if it has one) are named by `key`. */
export function convolve(
  weights: TensorWeights,
  key: string,
  x: tf.Tensor,
  options: { readonly stride?: number; readonly padding?: number } = {},
): tf.Tensor4D {
  return conv2d(x, weightOf(weights, `${key}.weight`), weights.get(`${key}.bias`), options);
}
