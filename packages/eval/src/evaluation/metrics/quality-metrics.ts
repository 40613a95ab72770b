import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { readNiqeModel } from '../../niqe/model.js';
import { niqe } from '../../niqe/niqe.js';
import { perceptualIndex } from '../../niqe/perceptual-index.js';
import { defineMetric, frameMeasure, noOptions } from './define-metric.js';
import type { MetricEntry, MetricResources } from './metric.js';
import { findParameterFiles, type ParameterNeed } from './parameter-files.js';

const niqeNeed: ParameterNeed = {
  metric: 'niqe',
  anyOf: [['niqe_pris_params'], ['niqe']],
  source: 'The authors publish theirs (`modelparameters.mat`); `fitNiqeModel` makes one from pristine pictures.',
};

/** Metrics that judge a picture alone, by statistics of natural ones. */
export const qualityMetrics: readonly MetricEntry[] = [
  defineMetric({
    ...{ name: 'niqe', title: 'NIQE', isHigherBetter: false, digits: 3, needs: ['parameters'], isPure: true },
    options: z.strictObject({ luma: z.enum(['yiq', 'bt601']).default('yiq'), border: z.int().min(0).default(0) }),
    parameterFiles: (resources: MetricResources) => findParameterFiles(niqeNeed, resources),
    create: async (options, resources) => {
      const [file] = await findParameterFiles(niqeNeed, resources);
      const model = await readNiqeModel(file!);
      return frameMeasure(({ prediction }) => niqe(prediction, model, options));
    },
  }),
  defineMetric({
    ...{ name: 'pi', title: 'Perceptual index', isHigherBetter: false, digits: 3, needs: ['parameters'] },
    options: noOptions,
    parameterFiles: (resources: MetricResources) => findParameterFiles({ ...niqeNeed, metric: 'pi' }, resources),
    create: async (_, resources) => {
      const { ma } = resources;
      if (ma === undefined) {
        throw new ConfigError('ma', 'metric "pi" needs the score of Ma et al., and nothing that gives it is chosen.', {
          hint: 'Measure `niqe`, which is the other half of it.',
        });
      }
      const [file] = await findParameterFiles({ ...niqeNeed, metric: 'pi' }, resources);
      const model = await readNiqeModel(file!);
      return frameMeasure(async ({ prediction }) => perceptualIndex(prediction, model, await ma.score(prediction)));
    },
  }),
];
