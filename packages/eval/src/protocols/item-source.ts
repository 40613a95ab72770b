import type { Hash } from 'node:crypto';
import type { Frame, Mask } from '@vosvfi/core';
import type { LayoutProblem } from '../evaluation/item.js';

/** A sequence or triplet of a data set as it is stored, before a protocol chooses frames and sizes. */
export interface ItemSource {
  readonly id: string;
  readonly frameCount: number;
  /** Whether every frame has a mask. */
  readonly hasAllMasks: boolean;
  /** Name of a frame's file without extension. */
  frameName(index: number): string;
  /** @throws MediaError if it is missing or damaged. */
  frame(index: number): Promise<Frame>;
  /** Null where there is none. @throws MediaError as {@link ItemSource.frame}. */
  mask(index: number): Promise<Mask | null>;
  /**
   * Looks at the headers of the first `frameCount` frames and their masks.
   * @param root Folder that paths are told relative to.
   */
  inspect(frameCount: number, root: string): Promise<Inspection>;
  /** Adds what the pictures of the first `frameCount` frames are made from to a hash. */
  addTo(hash: Hash, frameCount: number): Promise<void>;
}

/** Size of an item's first frame, and what is wrong with its pictures. */
export interface Inspection {
  readonly width: number;
  readonly height: number;
  readonly problems: readonly LayoutProblem[];
}

/** What was found in a data set's folder. */
export interface LayoutContent {
  /** Those that are complete. */
  readonly sources: readonly ItemSource[];
  readonly problems: readonly LayoutProblem[];
}
