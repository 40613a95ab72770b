import { ConfigError, type HostTensor, hostTensor } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';
import { createFlolpips } from '../../learned/flolpips.js';
import { createPairMetric } from '../../learned/pair-metric.js';
import { smallestFrame } from '../../learned/perceptual-maps.js';
import { psnr } from '../../metrics/psnr.js';
import { occlusionMask } from '../../video/occlusion.js';
import { flowDifference, meanFluctuation } from '../../video/temporal-consistency.js';
import { pairWarpingError } from '../../video/warping-error.js';
import { defineMetric, noOptions } from './define-metric.js';
import { learnedMetric, lpipsSource } from './learned-metrics.js';
import type { Measure, MetricEntry, MetricResources, SequenceAccumulator, ShownFrame } from './metric.js';

/** Mean over neighbouring frames of a sequence; null for one frame. */
function overNeighbours(measure: (frame: ShownFrame, next: ShownFrame) => Promise<number>): SequenceAccumulator {
  let previous: ShownFrame | undefined;
  let [sum, count] = [0, 0];
  return {
    add: async (frame) => {
      if (previous !== undefined) {
        sum += await measure(previous, frame);
        count++;
      }
      previous = frame;
    },
    end: () => (count === 0 ? null : sum / count),
  };
}

/** @throws ConfigError if no flow finder is chosen. */
function requireFlow(metric: string, { flow }: MetricResources): NonNullable<MetricResources['flow']> {
  if (flow !== undefined) return flow;
  throw new ConfigError('flow', `metric "${metric}" needs optical flow, and no method is chosen.`, {
    hint: 'Choose one (`--flow motion`); the numbers depend on it.',
  });
}

function flowTensor({ data, width, height }: FlowField): HostTensor {
  return hostTensor(data, [1, height, width, 2]);
}

/** Metrics that look at a sequence as it is shown. */
export const sequenceMetrics: readonly MetricEntry[] = [
  defineMetric({
    ...{ name: 'psnr-fluctuation', title: 'Fluctuation of PSNR', unit: 'dB', isHigherBetter: false, digits: 2 },
    ...{ needs: ['sequence'], options: noOptions },
    create: (): Measure => ({ kind: 'sequence', start: fluctuation }),
  }),
  defineMetric({
    ...{ name: 'e-warp', title: 'Warping error', isHigherBetter: false, digits: 5 },
    ...{ needs: ['sequence', 'flow'], options: noOptions },
    create: (_, resources): Measure => {
      const { find } = requireFlow('e-warp', resources);
      return {
        kind: 'sequence',
        start: () =>
          overNeighbours(async (frame, next) => {
            const flow = await find(frame.truth, next.truth);
            const occlusion = occlusionMask(flow, await find(next.truth, frame.truth));
            return pairWarpingError({ frame: frame.shown, next: next.shown, flow, occlusion });
          }),
      };
    },
  }),
  defineMetric({
    ...{ name: 'tof', title: 'tOF', unit: 'px', isHigherBetter: false, digits: 3, version: 2 },
    ...{ needs: ['sequence', 'flow'], options: noOptions },
    create: (_, resources): Measure => {
      const { find } = requireFlow('tof', resources);
      return {
        kind: 'sequence',
        start: () =>
          overNeighbours(async (frame, next) =>
            flowDifference(await find(frame.truth, next.truth), await find(frame.shown, next.shown)),
          ),
      };
    },
  }),
  learnedMetric(
    {
      ...{ name: 'flolpips', title: 'FloLPIPS', needs: ['sequence', 'flow'], files: [['lpips_alex']] },
      source: lpipsSource,
    },
    (options, resources) => {
      const { find } = requireFlow('flolpips', resources);
      const metric = createPairMetric(createFlolpips(), options, smallestFrame('alex'));
      return {
        kind: 'sequence',
        start: () =>
          overNeighbours(async (frame, next) =>
            metric.measure(frame.truth, frame.shown, {
              referenceFlow: flowTensor(await find(frame.truth, next.truth)),
              distortedFlow: flowTensor(await find(frame.shown, next.shown)),
            }),
          ),
        dispose: () => metric.dispose(),
      };
    },
  ),
];

/** How much PSNR goes up and down from one predicted frame to the next (the curves of figure 6 in the VOS-VFI paper). */
function fluctuation(): SequenceAccumulator {
  const values: number[] = [];
  return {
    add: ({ truth, shown, isPredicted }) => {
      if (isPredicted) values.push(psnr(truth, shown));
    },
    end: () => (values.filter(Number.isFinite).length < 2 ? null : meanFluctuation(values)),
  };
}
