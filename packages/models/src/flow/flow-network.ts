import type { Network } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';

/** What every flow network sees. */
export interface FlowInputs {
  /** [B, H, W, 3] RGB 0..1; H and W multiples of the network's `multiple`, at least its `smallest`. */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame1: tf.Tensor;
  /** Refinements of the flow. Default: the network's own. */
  readonly iterations?: number | undefined;
  /** Flow to start from, in the size and units of `flowLow`. Default: none. */
  readonly flowInit?: tf.Tensor | undefined;
}

/** What every flow network makes. */
export interface FlowOutputs {
  /** [B, H, W, 2] on the grid of `frame0`: x and y in pixels to where a pixel lies in `frame1`. */
  readonly flow: tf.Tensor;
  /** [B, H / reduction, W / reduction, 2] in pixels of that size: what `flow` was upsampled from. */
  readonly flowLow: tf.Tensor;
}

/** A network that finds optical flow between two frames. */
export interface FlowNetwork<
  Config = unknown,
  Inputs extends FlowInputs = FlowInputs,
  Outputs extends FlowOutputs = FlowOutputs,
> extends Network<Config, Inputs, Outputs> {
  /** Heights and widths must be multiples of this. */
  readonly multiple: number;
  /** Height and width that a frame is to have at least, so that all parts of the official code work. */
  readonly smallest: number;
  /** Pixels of a frame in one of `flowLow`, along each axis. */
  readonly reduction: number;
  /** Iterations that the official code tests with, for good flows. */
  readonly testIterations: number;
  /** What to say about weights that do not fit. */
  readonly weightsHint?: string;
}
