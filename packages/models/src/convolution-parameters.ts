import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, defaultUniform, heDeviation, normal } from './initialization.js';

/**
 * Makes weight and bias of a convolution.
 * @param shape [out, in, kh, kw].
 * @param role `map`: what it makes is no feature but an offset, a weight or a share; nothing rectifies it.
 */
export type MakeConvolution = (
  key: string,
  shape: readonly [out: number, inputs: number, height: number, width: number],
  role?: 'map',
) => ParameterSpec[];

/** Share of the variance-keeping deviation that convolutions of role `map` start with. */
const mapShare = 0.3;

/** Weight and bias as PyTorch makes them. */
export const defaultConvolution: MakeConvolution = (key, shape) => {
  const fanIn = sizeOf(shape.slice(1));
  return [
    { key: `${key}.weight`, shape, init: defaultUniform(sizeOf(shape), fanIn) },
    { key: `${key}.bias`, shape: [shape[0]], init: defaultUniform(shape[0], fanIn) },
  ];
};

/** A weight that keeps the variance of what passes it and a rectifier (He et al., ICCV 2015), and a bias of zero. */
export const heConvolution: MakeConvolution = (key, shape, role) => {
  const fanIn = sizeOf(shape.slice(1));
  const deviation = role === 'map' ? mapShare / Math.sqrt(fanIn) : heDeviation(fanIn, 0);
  return [
    { key: `${key}.weight`, shape, init: normal(sizeOf(shape), deviation) },
    { key: `${key}.bias`, shape: [shape[0]], init: constant(shape[0], 0) },
  ];
};
