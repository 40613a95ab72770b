import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, scaledNormal } from './initialization.js';

/** Gain of a layer before a ReLU, which keeps the mean square of what passes both. */
export const rectified = Math.SQRT2;

/** Widths of a convolution. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** Default true. */
  readonly bias?: boolean;
  /** See {@link scaledNormal}. Default {@link rectified}. */
  readonly gain?: number;
}

/** `key.weight` and, with a bias, `key.bias`. */
export function convolution(
  key: string,
  { inputs, outputs, kernel, bias = true, gain = rectified }: ConvolutionShape,
): ParameterSpec[] {
  const shape = [outputs, inputs, kernel, kernel];
  const weight = { key: `${key}.weight`, shape, init: scaledNormal(shape, gain) };
  return bias ? [weight, { key: `${key}.bias`, shape: [outputs], init: constant(outputs, 0) }] : [weight];
}

/**
 * Batch normalization that always uses its stored statistics, which start as those of the identity.
 * @param scale Initial scale of all channels.
 */
export function batchNorm(key: string, channels: number, scale = 1): ParameterSpec[] {
  const shape = [channels];
  return [
    { key: `${key}.weight`, shape, init: constant(channels, scale) },
    { key: `${key}.bias`, shape, init: constant(channels, 0) },
    { key: `${key}.running_mean`, shape, init: constant(channels, 0), trainable: false },
    { key: `${key}.running_var`, shape, init: constant(channels, 1), trainable: false },
  ];
}
