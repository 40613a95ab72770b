import { ConfigError, type Mask } from '@vosvfi/core';
import { countWithinDisk } from './disk-count.js';
import { requireSameSize } from './labels.js';
import { type Outline, outline } from './outline.js';
import { wholeRegion } from './pack-regions.js';

/** How boundaries are compared. */
export interface BoundaryMeasureOptions {
  /**
   * How far apart two boundaries may be and still match: below 1 a share of the picture's diagonal (rounded up to pixels),
   * from 1 on a number of pixels. Default 0.008, as DAVIS has it: 8 pixels at 854x480.
   */
  readonly tolerance?: number;
  /** Pixels to leave out (not 0). They are taken out of both regions before boundaries are drawn, as the official tool does. */
  readonly ignore?: Mask;
}

/** DAVIS's: 0.8 % of the diagonal. */
export const defaultTolerance = 0.008;

/** @throws ConfigError for a tolerance that is not positive. */
export function requireTolerance(tolerance: number): void {
  if (tolerance > 0 && Number.isFinite(tolerance)) return;
  throw new ConfigError('tolerance', `expected a positive number, found ${tolerance}.`);
}

/** Pixels by which two boundaries may differ and still match. */
export function boundaryRadius(width: number, height: number, tolerance: number): number {
  return tolerance >= 1 ? Math.trunc(tolerance) : Math.ceil(tolerance * Math.sqrt(width * width + height * height));
}

/**
 * Contour accuracy F: harmonic mean of the share of the result's boundary near the annotation's (precision) and the reverse (recall).
 * Range 0..1. Two empty boundaries give 1, one gives 0; a region that covers the whole picture has an empty boundary. Symmetric.
 * Equal to `f_measure` of the official davis2017-evaluation.
 * Source: Perazzi et al., CVPR 2016, section 4.
 * @throws ShapeError if the masks differ in size; ConfigError for a tolerance that is not positive.
 */
export function boundaryMeasure(annotation: Mask, result: Mask, options: BoundaryMeasureOptions = {}): number {
  const { tolerance = defaultTolerance, ignore } = options;
  requireSameSize(annotation, result, 'result mask');
  if (ignore !== undefined) requireSameSize(annotation, ignore, 'mask of ignored pixels');
  requireTolerance(tolerance);
  return outlineMeasure(outline(wholeRegion(annotation, ignore)), outline(wholeRegion(result, ignore)), tolerance);
}

/** {@link boundaryMeasure} of the outlines of regions of one size. */
export function outlineMeasure(expected: Outline, found: Outline, tolerance: number): number {
  if (expected.pixels === 0 || found.pixels === 0) return expected.pixels === found.pixels ? 1 : 0;
  const radius = boundaryRadius(expected.width, expected.height, tolerance);
  const precision = countWithinDisk(found, expected, radius) / found.pixels;
  const recall = countWithinDisk(expected, found, radius) / expected.pixels;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
