import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FloatTensor } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime/network';
import { type LoadWeightsOptions, loadWeights } from './load.js';

/** A file that holds one part of a network. */
export interface WeightsPart {
  /** Name in the folder. */
  readonly file: string;
  /** What the part's keys start with in the network and not in the file. */
  readonly prefix: string;
}

/** True if `folder` is a folder with a file for every part. */
export async function hasWeightsParts(folder: string, parts: readonly WeightsPart[]): Promise<boolean> {
  const found = await Promise.all(
    parts.map(({ file }) =>
      stat(join(folder, file)).then(
        (entry) => entry.isFile(),
        () => false,
      ),
    ),
  );
  return found.every((isFile) => isFile);
}

/**
 * {@link loadWeights} of a network whose official weights are several files of a folder. Every parameter belongs to one part.
 * @throws CheckpointError as `loadWeights`, naming the file.
 */
export async function loadWeightsParts(
  folder: string,
  parts: readonly WeightsPart[],
  parameters: readonly ParameterSpec[],
  { optional = [], ...options }: Pick<LoadWeightsOptions, 'optional' | 'random' | 'hint'> = {},
): Promise<Map<string, FloatTensor>> {
  const weights = new Map<string, FloatTensor>();
  for (const { file, prefix } of parts) {
    const own = { ...options, optional: ofPart(optional, prefix) };
    const loaded = await loadWeights(join(folder, file), ofPart(parameters, prefix), own);
    for (const [key, tensor] of loaded) weights.set(prefix + key, tensor);
  }
  return weights;
}

/** The part's parameters under the names of its file. */
function ofPart(parameters: readonly ParameterSpec[], prefix: string): ParameterSpec[] {
  return parameters
    .filter(({ key }) => key.startsWith(prefix))
    .map((spec) => ({ ...spec, key: spec.key.slice(prefix.length) }));
}
