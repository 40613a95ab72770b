import type { HostTensor } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { oracleTensor } from '@vosvfi/testing';

/** The made-up backbone of the metric folders: amplitude sqrt(3 / fan-in) for weights, 0.1 for biases. */
export function backboneWeights(parameters: readonly ParameterSpec[]): Map<string, HostTensor> {
  const convolutions = parameters.filter(({ key }) => key.startsWith('features.'));
  return new Map(
    convolutions.map(({ key, shape }) => {
      const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1);
      return [key, oracleTensor(key, shape, 0, shape.length === 4 ? Math.sqrt(3 / fanIn) : 0.1)];
    }),
  );
}
