import { ShapeError } from '@vosvfi/core';

/** Means over the frames of some sequences, in both orders in use, and what they leave out. */
export interface SequenceAverages {
  /** Mean over all frames of all sequences; null if none has a finite value. */
  readonly pooled: number | null;
  /** Mean over sequences of the means over their frames; sequences without a finite value are left out. */
  readonly perSequence: number | null;
  /** Frames with an infinite value (PSNR of equal frames), which are in no mean. */
  readonly infinite: number;
  /** Frames without a value (`null`, as of an empty mask), which are in no mean. */
  readonly undefinedFrames: number;
}

/**
 * Averages a metric over sequences. An infinite value would hide all others, so it is counted and left out.
 * @param sequences For each sequence the values of its frames; one frame or none is fine.
 * @throws ShapeError for NaN, which no metric here gives for a frame.
 */
export function averageSequences(sequences: readonly (readonly (number | null)[])[]): SequenceAverages {
  const finite = sequences.map((values, s) =>
    values.filter((value, frame): value is number => {
      if (Number.isNaN(value)) throw new ShapeError(`value of frame ${frame} of sequence ${s}`, 'a number', 'NaN');
      return value !== null && Number.isFinite(value);
    }),
  );
  const all = finite.flat();
  const values = sequences.flat();
  return {
    pooled: meanOrNull(all),
    perSequence: meanOrNull(finite.filter((part) => part.length > 0).map((part) => meanOrNull(part)!)),
    infinite: values.filter((value) => value === Number.POSITIVE_INFINITY).length,
    undefinedFrames: values.filter((value) => value === null).length,
  };
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
