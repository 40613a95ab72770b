import { ShapeError } from '@vosvfi/core';
import { isAbsent, type Point, type Region } from './region.js';

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
 * Toolkits that agree unless boxes are unusual.
 * - `got10k`: the first result is replaced by the annotation, which the tracker was given.
 * - `pysot`: the first result counts as it is; where an annotation is absent, or its centre is not right of and below the
 *   picture's corner, the centre counts as found.
 */
export type OnePassConvention = 'got10k' | 'pysot';

/** How one sequence is evaluated. */
export interface OnePassOptions {
  /** Default `got10k`. */
  readonly convention?: OnePassConvention;
}

/**
 * One-pass evaluation (OPE) of a tracker on one sequence. All frames count, as in every toolkit: a frame whose result is
 * absent (NaN) is lost, and so is one whose annotation is. To leave frames out, leave them out of both lists.
 *
 * @param annotations One rectangle x, y, width, height for each frame.
 * Source: Wu et al., "Object Tracking Benchmark", TPAMI 2015; numbers of the GOT-10k toolkit or of pysot.
 * @throws ShapeError if the numbers of frames differ, a region is not a rectangle, or every annotation is absent.
 */
export function evaluateOnePass(
  annotations: readonly Region[],
  results: readonly Region[],
  { convention = 'got10k' }: OnePassOptions = {},
): OnePassResult {
  if (annotations.length !== results.length) {
    throw new ShapeError('tracker results', `${annotations.length} boxes, one for each frame`, `${results.length}`);
  }
  if (annotations.every(isAbsent)) throw new ShapeError('annotations', 'at least one box', 'none that is not NaN');
  const measures = convention === 'got10k' ? got10kMeasures : pysotMeasures;
  const frames = annotations.map((annotation, t) =>
    measures(annotation, t === 0 && convention === 'got10k' ? annotation : results[t]!),
  );
  const share = (holds: (frame: FrameMeasures) => boolean): number => frames.filter(holds).length / frames.length;
  return withScores(
    overlapThresholds.map((threshold) => share(({ overlap }) => overlap > threshold)),
    Array.from({ length: 51 }, (_, pixels) => share(({ distance }) => distance <= pixels)),
    normalizedThresholds.map((threshold) => share(({ normalized }) => normalized <= threshold)),
  );
}

/** What one frame's result is worth; a NaN is beyond every threshold. */
interface FrameMeasures {
  readonly overlap: number;
  readonly distance: number;
  readonly normalized: number;
}

function got10kMeasures(annotation: Region, result: Region): FrameMeasures {
  return {
    overlap: rectangleOverlap(annotation, result),
    distance: centreDistance(annotation, result),
    normalized: lengthOf(normalizedCentre(annotation, annotation), normalizedCentre(result, annotation)),
  };
}

function pysotMeasures(annotation: Region, result: Region): FrameMeasures {
  const [, , width, height] = rectangle(annotation);
  const distanceOf = (truth: Point, found: Point): number =>
    truth.x > 0 && truth.y > 0 ? lengthOf(truth, found) : Number.NEGATIVE_INFINITY;
  return {
    overlap: width > 0 && height > 0 ? overlapOf(annotation, result, 0) : Number.NaN,
    distance: distanceOf(centre(annotation), centre(result)),
    normalized: distanceOf(normalizedCentre(annotation, annotation), normalizedCentre(result, annotation)),
  };
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

/** Intersection over union of two rectangles; NaN if one of them is absent. Range 0..1. */
export function rectangleOverlap(a: Region, b: Region): number {
  return overlapOf(a, b, Number.EPSILON);
}

/** @param epsilon Added to the union, so that it is not 0. */
function overlapOf(a: Region, b: Region, epsilon: number): number {
  const [ax, ay, aw, ah] = rectangle(a);
  const [bx, by, bw, bh] = rectangle(b);
  const width = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const height = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  const intersection = width * height;
  return Math.min(1, Math.max(0, intersection / (aw * ah + bw * bh - intersection + epsilon)));
}

/** Distance of the centres x + (width - 1) / 2 of two rectangles in pixels; NaN if one of them is absent. */
export function centreDistance(a: Region, b: Region): number {
  return lengthOf(centre(a), centre(b));
}

/** The square root of a sum of squares, as the toolkits have it: equal distances and thresholds must fall alike. */
function lengthOf(from: Point, to: Point): number {
  const [dx, dy] = [from.x - to.x, from.y - to.y];
  return Math.sqrt(dx * dx + dy * dy);
}

function centre(region: Region): Point {
  const [x, y, width, height] = rectangle(region);
  return { x: x + (width - 1) / 2, y: y + (height - 1) / 2 };
}

/** A region's centre in units of the annotation's size. */
function normalizedCentre(region: Region, annotation: Region): Point {
  const [, , width, height] = rectangle(annotation);
  const { x, y } = centre(region);
  return { x: x / (width + 1e-16), y: y / (height + 1e-16) };
}
