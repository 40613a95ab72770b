import type { Frame, Mask } from '@vosvfi/core';

/** Something for each of the times 0, t and 1, in that order. */
export type Triple<T> = readonly [T, T, T];

/** Three frames of a moving scene and what is known about them. All parts have the same size. */
export interface TripletSample {
  /** Where it comes from: a scene's seed, or the folder below the data set's `sequences`. */
  readonly name: string;
  /** Time of the middle frame, in (0, 1). */
  readonly t: number;
  /** 8-bit frames. */
  readonly frames: Triple<Frame>;
  readonly masks?: Triple<Mask>;
  /** [height, width, 4], pixels: t->0 (x, y), t->1 (x, y). */
  readonly flow?: Float32Array;
}

/** Samples that can be read in any order, any number of times, always the same. */
export interface TripletDataset {
  readonly length: number;
  /** @throws RangeError if `index` is not an integer in [0, length). */
  sample(index: number): Promise<TripletSample>;
}

/** @throws RangeError */
export function checkIndex(index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(`Sample index: expected an integer in [0, ${length}), found ${index}.`);
  }
}
