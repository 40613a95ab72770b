import { ShapeError } from '@vosvfi/core';
import { isAbsent, type Region } from './region.js';

/** Curves and scores of a tracker on one sequence, or averaged over sequences. */
export interface OnePassResult {
  /** Share of frames with an overlap above 0, 0.05, .. 1 (21 values). */
  readonly successCurve: readonly number[];
  /** Share of frames whose centre is at most 0, 1, .. 50 pixels away (51 values). */
  readonly precisionCurve: readonly number[];
  /** Share of frames whose centre is at most 0, 0.01, .. 0.5 of the object's size away (51 values). */
  readonly normalizedPrecisionCurve: readonly number[];
  /** Success AUC: the mean of the success curve. At most 20/21, as no overlap is above 1. */
  readonly successScore: number;
  /** Success at an overlap of 0.5. */
  readonly successRate: number;
  /** Precision at 20 pixels. */
  readonly precisionScore: number;
  /** Normalized precision at 0.2. */
  readonly normalizedPrecisionScore: number;
}

const overlapThresholds = Array.from({ length: 21 }, (_, i) => (i === 20 ? 1 : i * 0.05));
const normalizedThresholds = Array.from({ length: 51 }, (_, i) => i / 100);

/**
 * One-pass evaluation (OPE) of a tracker on one sequence. The first result is replaced by the annotation, which the
 * tracker was given. Frames whose annotation is absent (NaN) are left out; where only the result is NaN, the frame counts
 * as lost: overlap 0, infinitely far away.
 *
 * @param annotations One rectangle x, y, width, height for each frame.
 * Source: Wu et al., "Object Tracking Benchmark", TPAMI 2015; numbers of the GOT-10k toolkit.
 * @throws ShapeError if the numbers of frames differ, a region is not a rectangle, or no annotation is left.
 */
export function evaluateOnePass(annotations: readonly Region[], results: readonly Region[]): OnePassResult {
  if (annotations.length !== results.length) {
    throw new ShapeError('tracker results', `${annotations.length} boxes, one for each frame`, `${results.length}`);
  }
  const pairs = annotations
    .map((annotation, t) => [annotation, t === 0 ? annotation : results[t]!] as const)
    .filter(([annotation]) => !isAbsent(annotation));
  if (pairs.length === 0) throw new ShapeError('annotations', 'at least one box', 'none that is not NaN');
  const overlaps = pairs.map(([a, b]) => rectangleOverlap(a, b));
  const distances = pairs.map(([a, b]) => centreDistance(a, b));
  const normalized = pairs.map(([a, b]) => normalizedCentreDistance(a, b));
  const share = (values: readonly number[], holds: (value: number) => boolean): number =>
    values.filter(holds).length / values.length;
  return withScores(
    overlapThresholds.map((threshold) => share(overlaps, (overlap) => overlap > threshold)),
    Array.from({ length: 51 }, (_, pixels) => share(distances, (distance) => distance <= pixels)),
    normalizedThresholds.map((threshold) => share(normalized, (distance) => distance <= threshold)),
  );
}

/**
 * Means of the sequences' curves, every sequence counting the same.
 * @throws ShapeError for no sequences.
 */
export function summarizeOnePass(sequences: readonly OnePassResult[]): OnePassResult {
  if (sequences.length === 0) throw new ShapeError('sequences', 'at least one', 'none');
  const meanCurve = (curveOf: (sequence: OnePassResult) => readonly number[]): number[] =>
    curveOf(sequences[0]!).map(
      (_, i) => sequences.reduce((sum, sequence) => sum + curveOf(sequence)[i]!, 0) / sequences.length,
    );
  return withScores(
    meanCurve(({ successCurve }) => successCurve),
    meanCurve(({ precisionCurve }) => precisionCurve),
    meanCurve(({ normalizedPrecisionCurve }) => normalizedPrecisionCurve),
  );
}

function withScores(
  successCurve: readonly number[],
  precisionCurve: readonly number[],
  normalizedPrecisionCurve: readonly number[],
): OnePassResult {
  return {
    successCurve,
    precisionCurve,
    normalizedPrecisionCurve,
    successScore: successCurve.reduce((sum, value) => sum + value, 0) / successCurve.length,
    successRate: successCurve[10]!,
    precisionScore: precisionCurve[20]!,
    normalizedPrecisionScore: normalizedPrecisionCurve[20]!,
  };
}

type Rectangle = readonly [x: number, y: number, width: number, height: number];

function rectangle(region: Region): Rectangle {
  if (region.length !== 4) throw new ShapeError('box', 'x, y, width, height', `${region.length} numbers`);
  return region as unknown as Rectangle;
}

/** Intersection over union of two rectangles; 0 if the second is NaN. Range 0..1. */
export function rectangleOverlap(a: Region, b: Region): number {
  const [ax, ay, aw, ah] = rectangle(a);
  const [bx, by, bw, bh] = rectangle(b);
  const width = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const height = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  const intersection = width * height;
  const overlap = intersection / (aw * ah + bw * bh - intersection + Number.EPSILON);
  return Number.isNaN(overlap) ? 0 : Math.min(1, Math.max(0, overlap));
}

/** Distance of the centres x + (width - 1) / 2 of two rectangles in pixels; infinite if the second is NaN. */
export function centreDistance(a: Region, b: Region): number {
  const [first, second] = [centre(rectangle(a)), centre(rectangle(b))];
  const distance = Math.hypot(first[0] - second[0], first[1] - second[1]);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

function normalizedCentreDistance(a: Region, b: Region): number {
  const [, , width, height] = rectangle(a);
  const [first, second] = [centre(rectangle(a)), centre(rectangle(b))];
  const distance = Math.hypot((first[0] - second[0]) / width, (first[1] - second[1]) / height);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

function centre([x, y, width, height]: Rectangle): [number, number] {
  return [x + (width - 1) / 2, y + (height - 1) / 2];
}
