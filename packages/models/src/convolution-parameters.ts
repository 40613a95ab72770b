import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { defaultUniform } from './initialization.js';

/**
 * Weight and bias of a convolution as PyTorch makes them.
 * @param shape [out, in, kh, kw].
 */
export function convolutionParameters(
  key: string,
  shape: readonly [out: number, inputs: number, height: number, width: number],
): ParameterSpec[] {
  const fanIn = sizeOf(shape.slice(1));
  return [
    { key: `${key}.weight`, shape, init: defaultUniform(sizeOf(shape), fanIn) },
    { key: `${key}.bias`, shape: [shape[0]], init: defaultUniform(shape[0], fanIn) },
  ];
}
