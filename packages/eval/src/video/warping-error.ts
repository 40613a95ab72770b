import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';
import { CHANNELS, peakOf, requireComparable } from '../metrics/samples.js';
import { requireFlowSize, warpByFlow } from './flow-warp.js';

/** A frame, the one after it, and how one comes from the other. */
export interface FramePair {
  readonly frame: Frame;
  readonly next: Frame;
  /** Flow from `frame` to `next`, found in the video that was given, not in the result that is measured. */
  readonly flow: FlowField;
  /** Not 0 where a pixel of `frame` is hidden in `next` ({@link occlusionMask}). */
  readonly occlusion: Mask;
}

/**
 * Mean squared difference on 0..1 between a frame and the next one brought back by the flow, over visible pixels and
 * channels. Range 0..1; lower is steadier. 0 if nothing is visible.
 *
 * Source: Lai et al., "Learning Blind Video Temporal Consistency", ECCV 2018, `evaluate_WarpError.py` (which reads frames
 * that were saved as JPEG).
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function pairWarpingError({ frame, next, flow, occlusion }: FramePair): number {
  requireComparable(frame, next);
  requireFlowSize('flow', flow, frame);
  if (occlusion.width !== frame.width || occlusion.height !== frame.height) {
    throw new ShapeError('occlusion', `${frame.width}x${frame.height}`, `${occlusion.width}x${occlusion.height}`);
  }
  const truth = unitSamples(frame);
  const warped = warpByFlow({ ...next, data: unitSamples(next) }, CHANNELS, flow);
  let sum = 0;
  let visible = 0;
  for (let i = 0; i < occlusion.data.length; i++) {
    if (occlusion.data[i] !== 0) continue;
    visible++;
    for (let s = CHANNELS * i; s < CHANNELS * (i + 1); s++) sum += Math.fround(warped[s]! - truth[s]!) ** 2;
  }
  return visible === 0 ? 0 : sum / (CHANNELS * visible);
}

/** Samples in 0..1, in float32 as the reference has them. */
function unitSamples(frame: Frame): Float32Array {
  if (frame.data instanceof Float32Array) return frame.data;
  const peak = peakOf(frame);
  return Float32Array.from(frame.data, (value) => value / peak);
}

/**
 * E_warp of a video: the mean of {@link pairWarpingError} over its neighbouring frames; a data set's is the mean over videos.
 * @param pairs One for every frame but the last.
 * @throws ShapeError for a video of a single frame, which has no pairs.
 */
export function warpingError(pairs: readonly FramePair[]): number {
  if (pairs.length === 0) throw new ShapeError('frames for E_warp', 'at least two, so one pair', 'no pair');
  return pairs.reduce((sum, pair) => sum + pairWarpingError(pair), 0) / pairs.length;
}
