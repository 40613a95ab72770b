import { CheckpointError, type HostTensor, type WeightMap } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';

/**
 * The weights that a network reads, out of perhaps more.
 * @throws CheckpointError naming the first that is missing or of another shape.
 */
export function networkWeights(
  network: { readonly id: string; readonly parameters: readonly ParameterSpec[] },
  weights: WeightMap,
): Map<string, HostTensor> {
  const source = `weights of ${network.id}`;
  return new Map(
    network.parameters.map(({ key, shape }) => {
      const tensor = weights.get(key);
      if (tensor === undefined) throw new CheckpointError(source, `tensor "${key}" is missing.`);
      if (tensor.shape.join() !== shape.join()) {
        throw new CheckpointError(
          source,
          `tensor "${key}": expected [${shape.join(', ')}], found [${tensor.shape.join(', ')}].`,
        );
      }
      return [key, tensor];
    }),
  );
}
