import { ConfigError, type Frame } from '@vosvfi/core';
import type { NiqeModel } from './model.js';
import { niqe } from './niqe.js';

/** Rows and columns that the challenge leaves away on each side. */
const BORDER = 4;

/**
 * Perceptual index of the PIRM 2018 challenge, ((10 - Ma) + NIQE) / 2; lower is better, in practice 2 to 12. NIQE is taken on
 * rounded studio-range luma without the outer four pixels.
 *
 * @param maScore Score of Ma et al. (CVIU 2017) of the same frame, as `maScore` gives it with a border of four pixels. Trained
 * on 0..10; what a regression says beyond is taken as it is, as the challenge's script does.
 * Source: Blau et al., "The 2018 PIRM Challenge on Perceptual Image Super-Resolution", ECCVW 2018.
 * @throws ConfigError for a score that is not finite; as {@link niqe} for the frame.
 */
export function perceptualIndex(frame: Frame, model: NiqeModel, maScore: number): number {
  if (!Number.isFinite(maScore)) throw new ConfigError('maScore', `expected a finite number, found ${maScore}.`);
  return (10 - maScore + niqe(frame, model, { luma: 'bt601', border: BORDER })) / 2;
}
