import type { Mask } from '@vosvfi/core';
import { readMask } from '@vosvfi/data';
import { findSequences, type SequenceFiles, type SequenceSelection } from '@vosvfi/eval';

/** A sequence all frames of which have masks. */
export interface MaskedSequence extends SequenceFiles {
  readonly masks: readonly string[];
}

/**
 * The sequences with masks of a data set in the layout of DAVIS.
 * @throws MediaError if there are none, or files are missing.
 */
export async function findMaskedSequences(root: string, selection: SequenceSelection): Promise<MaskedSequence[]> {
  const found = await findSequences(root, selection);
  return found.filter((sequence): sequence is MaskedSequence => sequence.masks !== null);
}

/** Masks without their void. */
export async function readLabels(files: readonly string[]): Promise<Mask[]> {
  const masks = await Promise.all(files.map((file) => readMask(file)));
  return masks.map(({ data, ...size }) => ({ ...size, data: data.map((label) => (label === 255 ? 0 : label)) }));
}
