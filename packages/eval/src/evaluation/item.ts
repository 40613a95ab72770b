import type { Frame, Mask } from '@vosvfi/core';

/** One frame to predict from two others of the item, given or predicted earlier. */
export interface Prediction {
  /** Index of the frame among the item's. */
  readonly target: number;
  /** Indices of the frames before and after: given ones, or ones predicted earlier that are not given. */
  readonly from: readonly [number, number];
  /** Time of the target between them, in (0, 1). */
  readonly t: number;
}

/** One sequence or triplet of a protocol. Frames are read when they are asked for. */
export interface EvaluationItem {
  /** Unique in the protocol, fit for a file name after `/` is replaced. */
  readonly id: string;
  readonly frameCount: number;
  /** Indices of the frames that contestants may see, ascending. A frame that is neither given nor predicted is not used. */
  readonly given: readonly number[];
  /** In the order in which they can be made. */
  readonly predictions: readonly Prediction[];
  /** Name of a frame's file without extension, or its number: what a folder of interpolated frames calls it. */
  frameName(index: number): string;
  /** @throws MediaError naming the file that is missing, damaged or of another size than the item's first. */
  frame(index: number): Promise<Frame>;
  /** Object labels of a frame; null if the data set has none for it. @throws MediaError as {@link EvaluationItem.frame}. */
  mask(index: number): Promise<Mask | null>;
  /** Changes when any frame or mask does: SHA-256 over the contents (or the seed and settings of what is made). */
  digest(): Promise<string>;
}

/** What a data set lacks. */
export interface LayoutProblem {
  /** Relative to the data set's folder. */
  readonly path: string;
  readonly problem: string;
}

/** A data set as a protocol sees it. */
export interface OpenedProtocol {
  readonly items: readonly EvaluationItem[];
  /** Missing and surplus things that do not stop the evaluation but make it another one than the protocol's. */
  readonly warnings: readonly LayoutProblem[];
}
