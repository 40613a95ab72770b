import type { Mask } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';
import { requireFlowSize, warpByFlow } from './flow-warp.js';

/** Thresholds of the two tests of {@link occlusionMask}: share of the flows' squared lengths, and a constant. */
const inconsistent = { share: 0.01, constant: 0.5 };
const boundary = { share: 0.01, constant: 0.002 };

/**
 * Pixels of frame t that cannot be followed to frame t + 1: 1 where the flow there and the flow back do not cancel, or at
 * a motion boundary, else 0. Pixels that leave the picture are found only as far as the clamped look-up tells.
 *
 * @param forward Flow from frame t to t + 1.
 * @param backward Flow from frame t + 1 to t.
 * Source: Ruder et al., "Artistic style transfer for videos", GCPR 2016, as Lai et al. (ECCV 2018) call it.
 * @throws ShapeError if the flows differ in size.
 */
export function occlusionMask(forward: FlowField, backward: FlowField): Mask {
  requireFlowSize('backward flow', backward, forward);
  const { width, height, data } = forward;
  const back = warpByFlow(backward, 2, forward);
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    const [u, v] = [data[2 * i]!, data[2 * i + 1]!];
    const [bu, bv] = [back[2 * i]!, back[2 * i + 1]!];
    const length = u * u + v * v;
    const sum = (u + bu) ** 2 + (v + bv) ** 2;
    const isInconsistent = sum > inconsistent.share * (length + bu * bu + bv * bv) + inconsistent.constant;
    const isBoundary = squaredSlopes(forward, i) > boundary.share * length + boundary.constant;
    mask[i] = isInconsistent || isBoundary ? 1 : 0;
  }
  return { data: mask, width, height };
}

/** Squared forward differences of both components, 0 in the last row and column. */
function squaredSlopes({ data, width, height }: FlowField, i: number): number {
  let sum = 0;
  for (const c of [0, 1]) {
    const here = data[2 * i + c]!;
    if (i % width < width - 1) sum += (data[2 * (i + 1) + c]! - here) ** 2;
    if (i < width * (height - 1)) sum += (data[2 * (i + width) + c]! - here) ** 2;
  }
  return sum;
}
