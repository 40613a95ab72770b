import type { Frame } from '@vosvfi/core';
import { z } from 'zod';
import { maScore } from '../../ma/ma-score.js';
import { maLayout, readMaParameters } from '../../ma/parameters.js';
import { readNiqeModel } from '../../niqe/model.js';
import { niqeUnlessFlat } from '../../niqe/niqe.js';
import { indexUnlessFlat } from '../../niqe/perceptual-index.js';
import { defineMetric, frameMeasure, noOptions } from './define-metric.js';
import type { MetricEntry, MetricResources } from './metric.js';
import { findParameterFiles, type ParameterNeed } from './parameter-files.js';

const niqeNeed: ParameterNeed = {
  metric: 'niqe',
  anyOf: [['niqe_pris_params'], ['niqe']],
  source: 'The authors publish theirs (`modelparameters.mat`); `fitNiqeModel` makes one from pristine pictures.',
};

const maNeed: ParameterNeed = { metric: 'ma', anyOf: [['ma']], source: maLayout };

/** Rows and columns that the perceptual index leaves away on each side. */
const INDEX_BORDER = 4;

/** Metrics that judge a picture alone, by statistics of natural ones. */
export const qualityMetrics: readonly MetricEntry[] = [
  defineMetric({
    ...{
      name: 'niqe',
      title: 'NIQE',
      isHigherBetter: false,
      digits: 3,
      needs: ['parameters'],
      isPure: true,
      version: 2,
    },
    options: z.strictObject({ luma: z.enum(['yiq', 'bt601']).default('yiq'), border: z.int().min(0).default(0) }),
    parameterFiles: (resources: MetricResources) => findParameterFiles(niqeNeed, resources),
    create: async (options, resources) => {
      const [file] = await findParameterFiles(niqeNeed, resources);
      const model = await readNiqeModel(file!);
      return frameMeasure(({ prediction }) => niqeUnlessFlat(prediction, model, options));
    },
  }),
  defineMetric({
    ...{
      name: 'ma',
      title: 'Ma et al.',
      isHigherBetter: true,
      digits: 3,
      needs: ['parameters'],
      isPure: true,
      version: 2,
    },
    options: z.strictObject({ luma: z.enum(['bt601', 'yiq']).default('bt601'), border: z.int().min(0).default(0) }),
    parameterFiles: (resources: MetricResources) => findParameterFiles(maNeed, resources),
    create: async (options, resources) => {
      const [file] = await findParameterFiles(maNeed, resources);
      const parameters = await readMaParameters(file!);
      return frameMeasure(({ prediction }) => maScore(prediction, parameters, options));
    },
  }),
  defineMetric({
    ...{ name: 'pi', title: 'Perceptual index', isHigherBetter: false, digits: 3, needs: ['parameters'], version: 2 },
    options: noOptions,
    parameterFiles: (resources: MetricResources) => findParameterFiles(indexNeed(resources), resources),
    create: async (_, resources) => {
      const [niqeFile, maFile] = await findParameterFiles(indexNeed(resources), resources);
      const model = await readNiqeModel(niqeFile!);
      const score = resources.ma?.score ?? (await scoreOfFile(maFile!));
      return frameMeasure(({ prediction }) => indexUnlessFlat(prediction, model, score));
    },
  }),
];

/** Both halves of the perceptual index; a score that the caller has needs no file. */
function indexNeed({ ma }: MetricResources): ParameterNeed {
  if (ma !== undefined) return { ...niqeNeed, metric: 'pi' };
  const source = `NIQE: ${niqeNeed.source} Ma et al.: ${maNeed.source}`;
  return { metric: 'pi', anyOf: niqeNeed.anyOf.map((stems) => [...stems, ...maNeed.anyOf[0]!]), source };
}

async function scoreOfFile(file: string): Promise<(frame: Frame) => number> {
  const parameters = await readMaParameters(file);
  return (frame) => maScore(frame, parameters, { border: INDEX_BORDER });
}
