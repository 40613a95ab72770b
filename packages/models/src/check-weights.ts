import { CheckpointError, type WeightMap } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';

/**
 * Makes sure that weights in memory are those of a network.
 * @param optional Tensors that may be among the weights although they are not needed.
 * @param source What to call the weights in the message, a file or a network's id.
 * @throws CheckpointError naming the first tensor that is missing, unknown or of another shape.
 */
export function checkWeights(
  parameters: readonly ParameterSpec[],
  weights: WeightMap,
  source: string,
  optional: readonly ParameterSpec[] = [],
): void {
  for (const { key, shape } of parameters) {
    const tensor = weights.get(key);
    if (tensor === undefined) throw new CheckpointError(source, `tensor "${key}" is missing.`);
    if (tensor.shape.join() !== shape.join()) {
      throw new CheckpointError(
        source,
        `tensor "${key}": expected [${shape.join(', ')}], found [${tensor.shape.join(', ')}].`,
      );
    }
  }
  if (weights.size > parameters.length) {
    const known = new Set([...parameters, ...optional].map(({ key }) => key));
    const extra = [...weights.keys()].filter((key) => !known.has(key));
    if (extra.length === 0) return;
    throw new CheckpointError(source, `unknown tensor "${extra[0]}" (${extra.length} in all).`);
  }
}
