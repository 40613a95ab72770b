import type { WeightMap } from '@vosvfi/core';
import { createDists } from '../../learned/dists.js';
import { createLpips } from '../../learned/lpips.js';
import { createNimaMetric } from '../../learned/nima.js';
import { createPairMetric, type LearnedMetricOptions, type PairMetric } from '../../learned/pair-metric.js';
import { type LpipsBackbone, smallestFrame } from '../../learned/perceptual-maps.js';
import { createVfipsMetric } from '../../learned/vfips-video.js';
import { defineMetric, noOptions } from './define-metric.js';
import type { Measure, MetricEntry, MetricNeed, MetricResources } from './metric.js';
import { findParameterFiles, type ParameterNeed, readParameters } from './parameter-files.js';

interface LearnedFacts {
  readonly name: string;
  readonly title: string;
  readonly isHigherBetter?: boolean;
  readonly needs?: readonly MetricNeed[];
  /** See {@link ParameterNeed}. */
  readonly files: ParameterNeed['anyOf'];
  readonly source: string;
}

/** A metric that is a network: its parameters are read from the user's files. */
export function learnedMetric(
  { name, title, isHigherBetter = false, needs = [], files, source }: LearnedFacts,
  create: (options: LearnedMetricOptions, resources: MetricResources) => Measure,
): MetricEntry {
  const need: ParameterNeed = { metric: name, anyOf: files, source };
  return defineMetric({
    ...{ name, title, isHigherBetter, digits: 4, needs: ['parameters', ...needs], options: noOptions, version: 2 },
    parameterFiles: (resources) => findParameterFiles(need, resources),
    create: async (_, resources) => create(networkOptions(await readParameters(need, resources), resources), resources),
  });
}

function networkOptions(weights: WeightMap, { engine, threads }: MetricResources): LearnedMetricOptions {
  return { weights, ...(engine !== undefined && { engine }), ...(threads !== undefined && { threads }) };
}

function pairMeasure(metric: PairMetric): Measure {
  return {
    kind: 'frame',
    measure: ({ truth, prediction }) => metric.measure(truth, prediction),
    dispose: () => metric.dispose(),
  };
}

/** Where LPIPS' parameters come from. */
export const lpipsSource = 'Run `vosvfi models pull lpips`, or convert the official files to safetensors.';

function lpipsMetric(backbone: LpipsBackbone): MetricEntry {
  return learnedMetric(
    { name: `lpips-${backbone}`, title: `LPIPS (${backbone})`, files: [[`lpips_${backbone}`]], source: lpipsSource },
    (options) => pairMeasure(createPairMetric(createLpips({ backbone }), options, smallestFrame(backbone))),
  );
}

/** Metrics that are networks and look at one frame at a time, or at whole clips without motion. */
export const learnedMetrics: readonly MetricEntry[] = [
  ...(['alex', 'squeeze', 'vgg'] as const).map(lpipsMetric),
  learnedMetric(
    {
      ...{ name: 'dists', title: 'DISTS', files: [['dists'], ['vgg16', 'dists_alpha_beta']] },
      source: "Take torchvision's VGG16 and the authors' alpha and beta.",
    },
    (options) => pairMeasure(createPairMetric(createDists(), options, 1)),
  ),
  learnedMetric(
    {
      ...{ name: 'nima', title: 'NIMA', isHigherBetter: true, files: [['nima']] },
      source: "Take pyiqa's checkpoint for Inception-ResNet-v2, as safetensors.",
    },
    (options) => {
      const metric = createNimaMetric(options);
      return {
        kind: 'frame',
        measure: async ({ prediction }) => (await metric.measure(prediction)).score,
        dispose: () => metric.dispose(),
      };
    },
  ),
  learnedMetric(
    {
      ...{ name: 'vfips', title: 'VFIPS', needs: ['sequence'], files: [['vfips']] },
      source: "Take the authors' checkpoint eccv_ms_multiscale_v33, as safetensors.",
    },
    (options) => {
      const metric = createVfipsMetric(options);
      return {
        kind: 'sequence',
        start: () => {
          const video = metric.start();
          return { add: ({ truth, shown }) => video.add(truth, shown), end: () => video.end() };
        },
        dispose: () => metric.dispose(),
      };
    },
  ),
];
