import { listModels } from '@vosvfi/models';
import { alignColumns, formatCount, formatTimes, printJson, printLines } from './output.js';

/** `vosvfi models list`. */
export function listModelsAction({ json }: { readonly json: boolean }): void {
  const models = listModels().map(({ id, family, title, parameterCount, officialWeights }) => ({
    id,
    family,
    title,
    parameters: parameterCount,
    // Nothing interpolates without weights; they are trained here or converted from the authors'.
    needsWeights: true,
    officialWeights: officialWeights.map(({ file, trainedOn, trainedTimes }) => ({
      file,
      trainedOn,
      times: trainedTimes,
    })),
  }));
  if (json) {
    printJson(models);
    return;
  }
  const rows = models.flatMap(({ id, parameters, officialWeights }) =>
    officialWeights.map(({ file, times }, i) => [
      i === 0 ? id : '',
      i === 0 ? formatCount(parameters) : '',
      file,
      formatTimes(times),
    ]),
  );
  printLines([
    ...alignColumns([['ID', 'PARAMETERS', "AUTHORS' WEIGHTS", 'TRAINED FOR TIMES'], ...rows]),
    '',
    "Every network needs weights: train them here (vosvfi train), or convert the authors' (vosvfi models convert).",
  ]);
}
