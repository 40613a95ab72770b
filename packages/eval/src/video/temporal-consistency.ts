import { type Frame, ShapeError } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';
import { psnr } from '../metrics/psnr.js';
import { requireFlowSize } from './flow-warp.js';

/** Finds the flow from one frame to another, in pixels: whatever is given decides what the numbers can be compared with. */
export type FlowFinder = (from: Frame, to: Frame) => FlowField | Promise<FlowField>;

/**
 * Mean over pixels of the length of the difference of two flows, in pixels.
 * @throws ShapeError if they differ in size.
 */
export function flowDifference(reference: FlowField, distorted: FlowField): number {
  requireFlowSize('distorted flow', distorted, reference);
  let sum = 0;
  const [a, b] = [reference.data, distorted.data];
  for (let i = 0; i < a.length; i += 2) sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!);
  return sum / (reference.width * reference.height);
}

/**
 * tOF: how differently things move in two videos, the mean over neighbouring frames of the {@link flowDifference} between
 * the reference's flow and the distorted video's. Range 0 upwards, pixels; lower is better.
 *
 * Source: Chu et al., "Learning Temporal Coherence via Self-Supervision for GAN-based Video Generation", SIGGRAPH 2020,
 * whose flows are Farneback's in OpenCV. The paper writes an L1 norm; the length is what the authors' `metrics.py` takes. That
 * script also leaves away a border of at least 8 pixels, to a multiple of 32; here all pixels count.
 * @throws ShapeError if the videos differ in length or have a single frame.
 */
export async function temporalFlowError(
  reference: readonly Frame[],
  distorted: readonly Frame[],
  findFlow: FlowFinder,
): Promise<number> {
  requireSameLength(reference, distorted);
  if (reference.length < 2) throw new ShapeError('frames for tOF', 'at least two', `${reference.length}`);
  let sum = 0;
  for (let t = 1; t < reference.length; t++) {
    const expected = await findFlow(reference[t - 1]!, reference[t]!);
    sum += flowDifference(expected, await findFlow(distorted[t - 1]!, distorted[t]!));
  }
  return sum / (reference.length - 1);
}

/**
 * PSNR of every frame, in dB: the curve that shows how quality goes up and down over a video (figure 6 of the VOS-VFI
 * paper). `Infinity` for frames that were given and not interpolated.
 * @throws ShapeError if the videos differ in length or size.
 */
export function psnrCurve(reference: readonly Frame[], distorted: readonly Frame[]): number[] {
  requireSameLength(reference, distorted);
  return reference.map((frame, t) => psnr(frame, distorted[t]!));
}

/**
 * Mean absolute change of a curve from one finite value to the next: how much a video flickers in quality. 0 for a
 * single value.
 */
export function meanFluctuation(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return 0;
  let sum = 0;
  for (let i = 1; i < finite.length; i++) sum += Math.abs(finite[i]! - finite[i - 1]!);
  return sum / (finite.length - 1);
}

function requireSameLength(reference: readonly Frame[], distorted: readonly Frame[]): void {
  if (reference.length !== distorted.length) {
    throw new ShapeError('distorted frames', `${reference.length}, as many as the reference`, `${distorted.length}`);
  }
}
