import type { Frame } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';
import { estimateFlow, flowPicture, lumaOf } from '@vosvfi/data/motion';
import type { MetricResources } from './metric.js';

/**
 * The classical flow of `@vosvfi/data/motion` (inverse search with variational refinement), which needs no weights. Numbers
 * by it cannot be compared with published ones, which have flows of networks or of OpenCV.
 */
export function motionFlow(): NonNullable<MetricResources['flow']> {
  return { id: 'motion, version 1', find: findMotion };
}

function findMotion(from: Frame, to: Frame): FlowField {
  const { u, v } = estimateFlow(flowPicture(lumaOf(from)), flowPicture(lumaOf(to)));
  const data = new Float32Array(2 * u.data.length);
  for (let i = 0; i < u.data.length; i++) {
    data[2 * i] = u.data[i]!;
    data[2 * i + 1] = v.data[i]!;
  }
  return { data, width: u.width, height: u.height };
}
