import { type Frame, ShapeError } from '@vosvfi/core';
import { type NiqeLuma, niqeLuma } from '../niqe/luma.js';
import { predictByForest } from './forest.js';
import { frequencyFeatures } from './frequency-features.js';
import { gaussianPyramid } from './gaussian-pyramid.js';
import type { MaParameters } from './parameters.js';
import { spatialFeatures } from './spatial-features.js';
import { waveletFeatures } from './wavelet-features.js';

/** Smallest height and width: the smallest level then has as many 5x5 blocks as singular values are asked for. */
const SMALLEST = 84;

/** Options of {@link maScore}. */
export interface MaScoreOptions {
  /** Default `bt601`, the luma of MATLAB's `rgb2ycbcr`. */
  readonly luma?: NiqeLuma;
  /** Rows and columns left away on each side; default 0. The perceptual index leaves away 4. */
  readonly border?: number;
}

/**
 * How good a frame looks, by the score of Ma et al. (also NRQM): 0..10 with the authors' parameters, higher is better. Three
 * regression forests judge local frequency, wavelet and spatial features of the rounded luma. Computed in float64.
 *
 * Source: Ma et al., "Learning a no-reference quality metric for single-image super-resolution", CVIU 2017; details as in
 * pyiqa.
 * @throws ShapeError for a frame under 84x84 without its border; MediaError if a value is not finite.
 */
export function maScore(frame: Frame, parameters: MaParameters, options: MaScoreOptions = {}): number {
  const { luma: kind = 'bt601', border = 0 } = options;
  const luma = niqeLuma(frame, kind, border);
  if (Math.min(luma.width, luma.height) < SMALLEST) {
    const expected = `at least ${SMALLEST}x${SMALLEST} pixels inside a border of ${border}`;
    throw new ShapeError("frame for Ma et al.'s score", expected, `${frame.width}x${frame.height}`);
  }
  const levels = gaussianPyramid({ ...luma, data: luma.data.map((value) => value / 255) });
  const features = [levels.flatMap(frequencyFeatures), waveletFeatures(luma), levels.flatMap(spatialFeatures)];
  const { linear, forests } = parameters;
  return forests.reduce((sum, forest, i) => sum + linear[i + 1]! * predictByForest(forest, features[i]!), linear[0]!);
}
