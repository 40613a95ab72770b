import { basename, resolve } from 'node:path';
import { CheckpointError, ConfigError } from '@vosvfi/core';
import { saveWeights, withOfficialNames } from '@vosvfi/models/weights';
import { findNetwork } from './find-network.js';
import { loadChecked, type WeightsPlace } from './models-weights.js';
import { formatCount, printJson, printLines } from './output.js';

/** Flags of `vosvfi models convert`. */
export interface ConvertOptions extends WeightsPlace {
  readonly output: string;
  readonly model: string;
  /** Store half-precision numbers. */
  readonly half: boolean;
  readonly json: boolean;
}

/** `vosvfi models convert IN -o OUT.safetensors --model ID`. */
export async function convertAction(input: string, options: ConvertOptions): Promise<void> {
  const { output } = options;
  if (resolve(input) === resolve(output)) throw new ConfigError('--output', 'is the input file; name another.');
  const { entry: model } = findNetwork(options.model);
  const { weights, tensors, values, nonFinite } = await loadChecked(model, input, options);
  if (nonFinite > 0) {
    throw new CheckpointError(
      input,
      `${formatCount(nonFinite)} of ${formatCount(values)} values are infinite or NaN.`,
      {
        hint: 'Such weights make no pictures; take an earlier checkpoint.',
      },
    );
  }
  const { parameters } = await model.load();
  await saveWeights(
    output,
    withOfficialNames(weights, parameters),
    { model: model.id, source: basename(input) },
    { floats: options.half ? 'F16' : 'F32' },
  );
  if (options.json) {
    printJson({ input, output, model: model.id, tensors, values });
    return;
  }
  printLines([`Wrote ${output}: ${tensors} tensors, ${formatCount(values)} values of ${model.id}.`]);
}
