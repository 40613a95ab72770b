import type { HostTensor } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { oracleTensor } from '@vosvfi/testing';

/** How a fixture filled a weight, by its key and shape: centre and amplitude. */
export type Amplitude = (key: string, shape: readonly number[]) => readonly [center: number, amplitude: number];

/** Weights of amplitude sqrt(gain / fan-in), other values of 0.1 around 0: the made-up backbones of the fixtures. */
export function byFanIn(gain: number): Amplitude {
  return (key, shape) => {
    if (shape.length < 2 || key.endsWith('table')) return [0, 0.1];
    return [0, Math.sqrt(gain / shape.slice(1).reduce((product, extent) => product * extent, 1))];
  };
}

/** Parameters filled by the weights rule. */
export function madeUpWeights(parameters: readonly ParameterSpec[], amplitude: Amplitude): Map<string, HostTensor> {
  return new Map(parameters.map(({ key, shape }) => [key, oracleTensor(key, shape, ...amplitude(key, shape))]));
}
