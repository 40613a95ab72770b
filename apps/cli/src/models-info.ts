import { findNetwork, type NetworkEntry } from './find-network.js';
import { loadChecked, type WeightsPlace } from './models-weights.js';
import { formatCount, formatTimes, printJson, printLines } from './output.js';

/** Flags of `vosvfi models info`. */
export interface InfoOptions extends WeightsPlace {
  readonly weights?: string | undefined;
  readonly json: boolean;
}

async function describeWeights(network: NetworkEntry, path: string, place: WeightsPlace) {
  const { tensors, values, nonFinite, largest } = await loadChecked(network.entry, path, place);
  return { file: path, fits: true, tensors, values, nonFinite, largest };
}

function officialWeightsOf({ task, entry }: NetworkEntry): string[] {
  if (task === 'interpolation') {
    const { shippedWeights: shipped, officialWeights } = entry;
    const files = [...(shipped ? [{ file: 'come along', ...shipped }] : []), ...officialWeights];
    return files.map(
      ({ file, trainedOn, trainedTimes }) => `weights      ${file}: ${trainedOn}, t = ${formatTimes(trainedTimes)}`,
    );
  }
  return [
    ...(task === 'flow' || entry.shippedWeights === undefined ? [] : ['weights      come along']),
    ...entry.officialWeights.map(({ file, trainedOn }) => `weights      ${file}: ${trainedOn}`),
  ];
}

/** `vosvfi models info ID [--weights FILE]`. */
export async function modelInfoAction(id: string, options: InfoOptions): Promise<void> {
  const network = findNetwork(id);
  const { load, ...facts } = network.entry;
  const { parameters, config } = await load();
  const weights = options.weights === undefined ? undefined : await describeWeights(network, options.weights, options);
  if (options.json) {
    printJson({ task: network.task, ...facts, tensors: parameters.length, config, weights });
    return;
  }
  printLines([
    `${facts.id}: ${facts.title}`,
    `paper        ${facts.paper}`,
    `source       ${facts.source} (${facts.sourceLicense})`,
    `parameters   ${formatCount(facts.parameterCount)} in ${parameters.length} tensors`,
    `config       ${JSON.stringify(config)}`,
    ...officialWeightsOf(network),
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
