import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type HostTensor, type WeightMap } from '@vosvfi/core';
import { readMetricParameters } from '../../learned/read-parameters.js';
import type { MetricResources } from './metric.js';

/** Endings of parameter files, in the order in which they are looked for. */
const EXTENSIONS = ['.safetensors', '.json'];

/** Files that together hold a metric's parameters, by their names without ending. */
export interface ParameterNeed {
  readonly metric: string;
  /** Alternatives; of each, all files are needed. */
  readonly anyOf: readonly (readonly string[])[];
  /** Where to get them. */
  readonly source: string;
}

/**
 * The files of a metric in the user's folder of parameters.
 * @throws ConfigError that says which are missing and where to get them.
 */
export async function findParameterFiles(need: ParameterNeed, resources: MetricResources): Promise<readonly string[]> {
  const { metric, anyOf, source } = need;
  const names = anyOf.map((stems) => stems.map((stem) => `${stem}${EXTENSIONS.join(' or ')}`).join(' and '));
  const hint = `Needed: ${names.join('; or ')}. ${source}`;
  const folder = resources.parameters;
  if (folder === undefined) {
    throw new ConfigError(
      'parameters',
      `metric "${metric}" needs a folder of parameter files (\`--parameters\`), and none is given.`,
      {
        hint,
      },
    );
  }
  for (const stems of anyOf) {
    const files = await Promise.all(stems.map((stem) => findFile(folder, stem)));
    if (files.every((file) => file !== undefined)) return files as string[];
  }
  throw new ConfigError('parameters', `metric "${metric}" finds no parameters in ${folder}.`, { hint });
}

async function findFile(folder: string, stem: string): Promise<string | undefined> {
  for (const extension of EXTENSIONS) {
    const file = join(folder, stem + extension);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  return undefined;
}

/**
 * All tensors of a metric's files.
 * @throws ConfigError as {@link findParameterFiles}; CheckpointError for a damaged file.
 */
export async function readParameters(need: ParameterNeed, resources: MetricResources): Promise<WeightMap> {
  const tensors = new Map<string, HostTensor>();
  for (const file of await findParameterFiles(need, resources)) {
    for (const [name, tensor] of await readMetricParameters(file)) tensors.set(name, tensor);
  }
  return tensors;
}
