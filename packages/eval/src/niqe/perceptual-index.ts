import { ConfigError, type Frame } from '@vosvfi/core';
import type { NiqeModel } from './model.js';
import { type NiqeOptions, niqe, niqeUnlessFlat } from './niqe.js';

/** The challenge takes studio luma without the outer four rows and columns. */
const SETTINGS: NiqeOptions = { luma: 'bt601', border: 4 };

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
  return indexOf(niqe(frame, model, SETTINGS), maScore);
}

/**
 * {@link perceptualIndex}, but `null` for a picture of which NIQE says nothing, as it is flat; its score is not asked for.
 * @throws ConfigError for a score that is not finite; as {@link niqeUnlessFlat} for the frame.
 */
export async function indexUnlessFlat(
  frame: Frame,
  model: NiqeModel,
  score: (frame: Frame) => number | Promise<number>,
): Promise<number | null> {
  const value = niqeUnlessFlat(frame, model, SETTINGS);
  return value === null ? null : indexOf(value, await score(frame));
}

function indexOf(niqeValue: number, maScore: number): number {
  if (!Number.isFinite(maScore)) throw new ConfigError('maScore', `expected a finite number, found ${maScore}.`);
  return (10 - maScore + niqeValue) / 2;
}
