import type { WeightMap } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime/network';

/**
 * Weights under every name that they have in official files, as strict loading in the official code wants them: tensors of
 * modules that are registered under several names are there more than once.
 */
export function withOfficialNames(weights: WeightMap, parameters: readonly ParameterSpec[]): WeightMap {
  const aliases = new Map(parameters.map(({ key, aliases: names = [] }) => [key, names]));
  return new Map(
    [...weights].flatMap(([key, tensor]) => [key, ...(aliases.get(key) ?? [])].map((name) => [name, tensor] as const)),
  );
}
