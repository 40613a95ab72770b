import type { Frame } from '@vosvfi/core';
import type { EvaluationItem, Prediction } from './item.js';

/** Whoever predicts frames: a network, an ONNX file, a folder of frames that another tool made, a baseline. */
export interface Contestant {
  /** Unique in an evaluation. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'network' | 'onnx' | 'frames' | 'baseline';
  /** Everything its results depend on (SHA-256 of weights, settings, versions); results are cached under it. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /**
   * How its times become one: the median of its predictions, so that warming up does not count (default), or their mean, for
   * whom frames come in bursts.
   */
  readonly timing?: 'median' | 'mean';
  /**
   * Prepares for an item: reads nothing that is not asked for. Contestants that work on whole sequences (ffmpeg) run here.
   * @throws MediaError for frames that are missing or of another size.
   */
  open(item: EvaluationItem): Promise<ItemPredictor>;
  /** What its results for an item depend on besides `facts`, such as the frames in its folder: SHA-256. */
  digest?(item: EvaluationItem): Promise<string>;
  dispose(): Promise<void>;
}

/** Predicts the frames of one item. */
export interface ItemPredictor {
  /** @param pair The frames `prediction.from`, given or predicted earlier. */
  predict(prediction: Prediction, pair: readonly [Frame, Frame]): Promise<Frame>;
  close(): Promise<void>;
}
