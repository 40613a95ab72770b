import { findModel } from '@vosvfi/models';
import { loadChecked, type WeightsPlace } from './models-weights.js';
import { formatCount, formatTimes, printJson, printLines } from './output.js';

/** Flags of `vosvfi models info`. */
export interface InfoOptions extends WeightsPlace {
  readonly weights?: string | undefined;
  readonly json: boolean;
}

async function describeWeights(id: string, path: string, place: WeightsPlace) {
  const { tensors, values, nonFinite, largest } = await loadChecked(findModel(id), path, place);
  return { file: path, fits: true, tensors, values, nonFinite, largest };
}

/** `vosvfi models info ID [--weights FILE]`. */
export async function modelInfoAction(id: string, options: InfoOptions): Promise<void> {
  const { load, ...facts } = findModel(id);
  const { parameters, config } = await load();
  const weights = options.weights === undefined ? undefined : await describeWeights(id, options.weights, options);
  if (options.json) {
    printJson({ ...facts, tensors: parameters.length, config, weights });
    return;
  }
  printLines([
    `${facts.id}: ${facts.title}`,
    `paper        ${facts.paper}`,
    `source       ${facts.source} (${facts.sourceLicense})`,
    `parameters   ${formatCount(facts.parameterCount)} in ${parameters.length} tensors`,
    `config       ${JSON.stringify(config)}`,
    ...facts.officialWeights.map(
      ({ file, trainedOn, trainedTimes }) => `weights      ${file}: ${trainedOn}, t = ${formatTimes(trainedTimes)}`,
    ),
    ...(weights === undefined
      ? []
      : [
          `fits         ${weights.file}: ${weights.tensors} tensors, largest value ${weights.largest.toPrecision(4)}`,
          ...(weights.nonFinite > 0
            ? [`warning      ${formatCount(weights.nonFinite)} values are infinite or NaN`]
            : []),
        ]),
  ]);
}
