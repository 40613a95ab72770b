import { type Mask, ShapeError } from '@vosvfi/core';
import { defaultTolerance, outlineMeasure, requireTolerance } from './boundary-measure.js';
import { regionJaccard } from './jaccard.js';
import { largestLabel, requireSameSize } from './labels.js';
import { outline } from './outline.js';
import { mergedLabels, packRegions, separateLabels } from './pack-regions.js';
import { mean, type SequenceStatistics, sequenceStatistics } from './statistics.js';

/** J and F of one object over a sequence. */
export interface DavisObjectResult {
  /** Label in the annotation, from 1. */
  readonly object: number;
  readonly jaccard: SequenceStatistics;
  readonly boundary: SequenceStatistics;
}

/** J and F of all objects of one sequence. */
export interface DavisSequenceResult {
  /** Indices of the frames that count, from 0. */
  readonly frames: readonly number[];
  readonly objects: readonly DavisObjectResult[];
}

/** How a sequence is evaluated. */
export interface DavisSequenceOptions {
  /**
   * `separate` (DAVIS 2017, default): labels 1.. are objects, 255 in an annotation is void and counts as background.
   * `merged` (DAVIS 2016): every label above 0, 255 included, is one object.
   */
  readonly objects?: 'separate' | 'merged';
  /** Indices of the frames to evaluate, each in 0..n-1; default: all but the first and the last, as DAVIS does. */
  readonly frames?: readonly number[];
  /** See {@link boundaryMeasure}; default 0.008. */
  readonly tolerance?: number;
}

/**
 * Semi-supervised evaluation of one sequence: `annotations[i]` and `results[i]` belong to frame i, the first frame included.
 * The objects are those of the first annotation (1..largest label); an object that the results never show has an empty region.
 * Equal to the official davis2017-evaluation (task `semi-supervised`).
 * Results of frames that are not evaluated are not looked at.
 * @throws ShapeError if counts or sizes differ, if no frame is left to evaluate, or if an evaluated result has a label that no
 * object has.
 */
export function evaluateDavisSequence(
  annotations: readonly Mask[],
  results: readonly Mask[],
  options: DavisSequenceOptions = {},
): DavisSequenceResult {
  const isMerged = options.objects === 'merged';
  const objectCount = isMerged ? 1 : requireObjects(annotations);
  requirePairs(annotations, results);
  const frames = options.frames ?? innerFrames(annotations.length);
  if (frames.length === 0) {
    throw new ShapeError('frames to evaluate', 'at least one (the first and the last are left out)', 'none');
  }
  const objectOf = isMerged ? mergedLabels : separateLabels(objectCount);
  const { tolerance = defaultTolerance } = options;
  requireTolerance(tolerance);
  const scores = frames.map((frame) => {
    const expected = packRegions(maskAt(annotations, frame), objectOf, objectCount);
    const found = packRegions(maskAt(results, frame), objectOf, objectCount);
    if (found.hasOtherLabels) requireLabels(frame, results[frame]!, objectCount);
    return expected.regions.map((region, index) => ({
      jaccard: regionJaccard(region, found.regions[index]!),
      boundary: outlineMeasure(outline(region), outline(found.regions[index]!), tolerance),
    }));
  });
  const statisticsOf = (measure: 'jaccard' | 'boundary', index: number): SequenceStatistics =>
    sequenceStatistics(scores.map((frame) => frame[index]![measure]));
  const objects = Array.from({ length: objectCount }, (_, index) => ({
    object: index + 1,
    jaccard: statisticsOf('jaccard', index),
    boundary: statisticsOf('boundary', index),
  }));
  return { frames, objects };
}

/** J, F and J&F of a data set. */
export interface DavisSummary {
  readonly jAndF: number;
  readonly jaccard: Omit<SequenceStatistics, 'perFrame'>;
  readonly boundary: Omit<SequenceStatistics, 'perFrame'>;
  readonly objects: number;
}

/** Means over the objects of all sequences together (not over sequences), and J&F, the mean of the two means. */
export function summarizeDavis(sequences: readonly DavisSequenceResult[]): DavisSummary {
  const objects = sequences.flatMap((sequence) => sequence.objects);
  const average = (measure: 'jaccard' | 'boundary'): Omit<SequenceStatistics, 'perFrame'> => ({
    mean: mean(objects.map((object) => object[measure].mean)),
    recall: mean(objects.map((object) => object[measure].recall)),
    decay: mean(objects.map((object) => object[measure].decay)),
  });
  const [region, boundary] = [average('jaccard'), average('boundary')];
  return { jAndF: (region.mean + boundary.mean) / 2, jaccard: region, boundary, objects: objects.length };
}

/** Number of objects: the largest label of the first annotation. */
export function requireObjects(annotations: readonly Mask[]): number {
  const first = annotations[0];
  const count = first === undefined ? 0 : largestLabel(first, true);
  if (count === 0) throw new ShapeError('first annotation', 'at least one object', 'none');
  return count;
}

/** @throws ShapeError if there is not one result of the right size for each annotation. */
export function requirePairs(annotations: readonly Mask[], results: readonly Mask[]): void {
  if (annotations.length !== results.length) {
    throw new ShapeError('results', `${annotations.length} masks, one for each annotation`, `${results.length} masks`);
  }
  results.forEach((result, i) => {
    requireSameSize(annotations[i]!, result, `result mask of frame ${i}`);
  });
}

function requireLabels(frame: number, result: Mask, objectCount: number): void {
  const largest = largestLabel(result, false);
  if (largest <= objectCount) return;
  throw new ShapeError(`result mask of frame ${frame}`, `labels 0..${objectCount}`, `label ${largest}`);
}

function innerFrames(count: number): number[] {
  return Array.from({ length: Math.max(0, count - 2) }, (_, i) => i + 1);
}

function maskAt(masks: readonly Mask[], frame: number): Mask {
  const mask = masks[frame];
  if (mask === undefined)
    throw new ShapeError('frames to evaluate', `indices 0..${masks.length - 1}`, `index ${frame}`);
  return mask;
}
