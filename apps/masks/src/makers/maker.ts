import type { Frame, Mask } from '@vosvfi/core';
import type { MaskSource } from '../settings.js';

/** Makes masks of the neighbouring frames of a video. */
export interface MaskMaker {
  /** For each frame a mask of its size; labels above 0 are classes or objects. */
  masksOf(frames: readonly Frame[]): Promise<Mask[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** A maker as plain data, for worker threads; the files it needs besides. */
export interface MakerPlan {
  readonly source: MaskSource;
  /** Weights or model. */
  readonly file: string | null;
  /** Threads of a network. */
  readonly threads: number;
}
