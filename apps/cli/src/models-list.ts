import { listFlowNetworks, listModels } from '@vosvfi/models';
import { listSegmenters } from '@vosvfi/vos/registry';
import { listNetworks } from './find-network.js';
import { alignColumns, formatCount, formatTimes, printJson, printLines } from './output.js';

function networksForPrograms() {
  return listNetworks().map(({ task, entry }) => ({
    id: entry.id,
    task,
    family: entry.family,
    title: entry.title,
    parameters: entry.parameterCount,
    // Weights of networks without any are trained here or converted from the authors'.
    needsWeights: task === 'flow' || entry.shippedWeights === undefined,
    officialWeights:
      task === 'interpolation'
        ? entry.officialWeights.map(({ trainedTimes, ...weights }) => ({ ...weights, times: trainedTimes }))
        : entry.officialWeights,
  }));
}

/** One row for each weights file, the first with the network's id and size. */
function rowsOf(id: string, parameterCount: number, files: readonly (readonly string[])[]): string[][] {
  return files.map((cells, i) => [i === 0 ? id : '', i === 0 ? formatCount(parameterCount) : '', ...cells]);
}

const comeAlong = '(none needed: they come along)';

/** `vosvfi models list`. */
export function listModelsAction({ json }: { readonly json: boolean }): void {
  if (json) {
    printJson(networksForPrograms());
    return;
  }
  const models = listModels().flatMap(({ id, parameterCount, officialWeights, shippedWeights }) => {
    const official = officialWeights.map(({ file, trainedTimes }) => [file, formatTimes(trainedTimes)]);
    const shipped = shippedWeights === undefined ? [] : [[comeAlong, formatTimes(shippedWeights.trainedTimes)]];
    return rowsOf(id, parameterCount, [...shipped, ...official]);
  });
  const segmenters = listSegmenters().flatMap(({ id, parameterCount, officialWeights, shippedWeights }) => {
    const official = officialWeights.map(({ file, trainedOn }) => [file, trainedOn]);
    const shipped = shippedWeights === undefined ? [] : [[comeAlong, '']];
    return rowsOf(id, parameterCount, [...shipped, ...official]);
  });
  const flows = listFlowNetworks().flatMap(({ id, parameterCount, officialWeights }) =>
    rowsOf(
      id,
      parameterCount,
      officialWeights.map(({ file, trainedOn }) => [file, trainedOn]),
    ),
  );
  printLines([
    'Interpolation (vosvfi interpolate):',
    ...alignColumns([['ID', 'PARAMETERS', "AUTHORS' WEIGHTS", 'TRAINED FOR TIMES'], ...models]),
    '',
    'Segmentation of videos (vosvfi segment):',
    ...alignColumns([['ID', 'PARAMETERS', "AUTHORS' WEIGHTS", 'TRAINED ON'], ...segmenters]),
    '',
    'Optical flow (vosvfi evaluate --flow):',
    ...alignColumns([['ID', 'PARAMETERS', "AUTHORS' WEIGHTS", 'TRAINED ON'], ...flows]),
    '',
    "The others need weights: train them here (vosvfi train), or convert the authors' (vosvfi models convert).",
  ]);
}
