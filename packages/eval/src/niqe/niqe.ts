import { type Frame, ShapeError } from '@vosvfi/core';
import { requireFrame } from '../metrics/samples.js';
import { BLOCK, niqeFeatures } from './features.js';
import { type NiqeLuma, niqeLuma } from './luma.js';
import type { NiqeModel } from './model.js';
import { momentsOf } from './statistics.js';
import { pseudoInverseForm } from './symmetric-eigen.js';

/** Options of {@link niqe}. */
export interface NiqeOptions {
  /** Default `yiq`. */
  readonly luma?: NiqeLuma;
  /** Rows and columns left away on each side. Default 0; the perceptual index takes 4. */
  readonly border?: number;
}

/**
 * Natural image quality evaluator: how far the statistics of a picture's blocks are from those of pristine pictures.
 * Range 0 upwards, in practice 2 to 20; lower is better. It sees no reference. Computed in float64.
 *
 * Only whole blocks of 96x96 from the top left count: a 256x256 picture has four. Flat or clipped areas make it unsteady,
 * as signs of rounding noise are counted there: implementations differ by up to 5 % on such pictures. This one rounds what
 * pyiqa rounds, and gives its numbers there too. A single block says little: it has no covariance, which then counts as 0.
 *
 * @param model Of {@link readNiqeModel} (the authors', to compare with published numbers) or {@link fitNiqeModel}.
 * Source: Mittal et al., "Making a 'Completely Blind' Image Quality Analyzer", SPL 2013; numbers as pyiqa's `niqe`.
 * @throws ShapeError for a picture without a block that is not flat; MediaError for a frame that is not finite.
 */
export function niqe(frame: Frame, model: NiqeModel, options: NiqeOptions = {}): number {
  const value = niqeUnlessFlat(frame, model, options);
  if (value !== null) return value;
  throw noBlock(frame, 'that is not flat');
}

/**
 * {@link niqe}, but `null` for a picture that is large enough and has no block that is not flat, such as the black frame between
 * two scenes.
 * @throws ShapeError for a picture without room for a block; MediaError for a frame that is not finite.
 */
export function niqeUnlessFlat(
  frame: Frame,
  model: NiqeModel,
  { luma = 'yiq', border = 0 }: NiqeOptions = {},
): number | null {
  requireFrame('frame', frame);
  const rows = niqeFeatures(niqeLuma(frame, luma, border)).map(({ values }) => values);
  if (rows.length === 0) throw noBlock(frame, border === 0 ? '' : `${border} pixels from the edge`);
  if (rows.every((row) => row.some(Number.isNaN))) return null;
  const { mean, covariance } = momentsOf(rows);
  const difference = mean.map((value, i) => value - model.mean[i]!);
  const pooled = covariance.map((value, i) => (value + model.covariance[i]!) / 2);
  return Math.sqrt(pseudoInverseForm(pooled, difference));
}

function noBlock({ width, height }: Frame, which: string): ShapeError {
  const wanted = `a block of ${BLOCK}x${BLOCK} pixels ${which}`.trimEnd();
  return new ShapeError('frame for NIQE', wanted, `none in ${width}x${height}`);
}
