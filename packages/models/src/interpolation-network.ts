import type { Network, ParameterSpec } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';

/** What every interpolation network sees. */
export interface InterpolationInputs {
  /** [B, H, W, 3] RGB 0..1, the frame at time 0; H and W multiples of the network's `multiple` (divided by `scale`). */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3] RGB 0..1, the frame at time 1. */
  readonly frame1: tf.Tensor;
  /** [B, 1, 1, 1], each in (0, 1). A network that makes the middle only does not read it. */
  readonly t: tf.Tensor;
  /** Motion is estimated on frames resized by this factor, at most the network's `largestScale`; only where the network is `scalable`. Default 1. */
  readonly scale?: number;
}

/** What every interpolation network makes. */
export interface InterpolationOutputs {
  /** [B, H, W, 3] RGB: the frame at time t. */
  readonly frame: tf.Tensor;
}

/**
 * How a network's official code brings frames to its `multiple`: with copies of edge samples on all sides, or at the
 * bottom and at the right with the picture mirrored or with zeros.
 */
export type PaddingRule = 'edge-centred' | 'reflect-end' | 'zero-end';

/** A network that makes a frame between two. */
export interface InterpolationNetwork<
  Config = unknown,
  Inputs extends InterpolationInputs = InterpolationInputs,
  Outputs extends InterpolationOutputs = InterpolationOutputs,
> extends Network<Config, Inputs, Outputs> {
  /** `forward` takes heights and widths that are multiples of this (divided by `scale`). */
  readonly multiple: number;
  readonly padding: PaddingRule;
  /** Times that the network can make at all: `any`, or those it has no input to choose between. */
  readonly times: 'any' | readonly number[];
  /** Takes {@link InterpolationInputs.scale}. */
  readonly scalable: boolean;
  /** Largest scale, where the network can be asked to enlarge frames. Default 1. */
  readonly largestScale?: number;
  /**
   * The official state dict, where it holds more than interpolation needs (a teacher): `parameters` and the rest, in its
   * order. Weights of it may be given where those of `parameters` are needed.
   */
  readonly trainingParameters?: readonly ParameterSpec[];
  /** What to say about weights that do not fit, such as which releases do. */
  readonly weightsHint?: string;
}

/** Whether the network reads the time. */
export function takesTime({ times }: Pick<InterpolationNetwork, 'times'>): boolean {
  return times === 'any' || times.length > 1;
}
