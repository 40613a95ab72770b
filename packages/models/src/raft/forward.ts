import { ConfigError, ShapeError } from '@vosvfi/core';
import { convexUpsample, resizeBilinear, stopGradient } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { RaftConfig } from './config.js';
import { correlate } from './correlation.js';
import { encode } from './encoder.js';
import { contextTerms, update, upsamplingMask } from './update.js';

/** Pixels of the frame in one of the coarse field's, along each axis. */
export const raftReduction = 8;

/** Iterations of the official training and of its `forward`. */
const defaultIterations = 12;

/** What the look at one frame gives, all at 1/8 of it. */
export interface RaftContext {
  /** [B, h, w, hidden] in -1..1: the GRU's first state. */
  readonly hidden: tf.Tensor4D;
  /** [B, h, w, context], at least 0. */
  readonly context: tf.Tensor4D;
}

/** How to iterate. */
export interface RaftIterations {
  /** Default 12, as in training; the official tests take 20 to 32. */
  readonly iterations?: number | undefined;
  /** [B, H / 8, W / 8, 2] flow to start from, in pixels of 1/8 of the frame. Default: none. */
  readonly flowInit?: tf.Tensor | undefined;
  /** Upsample what every iteration finds, which training needs, or only the `last` (default). */
  readonly predictions?: 'last' | 'all' | undefined;
  /**
   * Correlations of all pairs are kept up to this many bytes; larger ones are computed again in every iteration, a strip at
   * a time, and have no gradient. Default 1.5 GiB.
   */
  readonly keptBytes?: number | undefined;
  /** Sees every iteration, to analyse the network. */
  readonly observe?: ((step: RaftStep) => void) | undefined;
}

/** What happens in an iteration, all at 1/8 of the frame. */
export interface RaftStep {
  readonly correlation: tf.Tensor4D;
  /** The flow before. */
  readonly flow: tf.Tensor4D;
  readonly delta: tf.Tensor4D;
  readonly hidden: tf.Tensor4D;
  /** Weights of upsampling; only in the basic design, and where the iteration's flow is upsampled. */
  readonly mask?: tf.Tensor4D | undefined;
}

/** Frames between which motion is sought. */
export interface RaftInputs extends RaftIterations {
  /** [B, H, W, 3] RGB 0..1; H and W multiples of 8, at least 64. */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3]. */
  readonly frame1: tf.Tensor;
}

/** Flow on the grid of the first frame: where each of its pixels lies in the second one. */
export interface RaftOutputs {
  /** [B, H, W, 2], x and y in pixels. */
  readonly flow: tf.Tensor4D;
  /** What every iteration found, [B, H, W, 2], first to last; only the last unless all were asked for. */
  readonly flows: readonly tf.Tensor4D[];
  /** [B, H / 8, W / 8, 2] in pixels of 1/8 of the frame: what a next estimate can start from. */
  readonly flowLow: tf.Tensor4D;
}

/**
 * Features that are compared.
 * @param frames [B, H, W, 3] RGB 0..1.
 * @returns [B, H / 8, W / 8, C].
 */
export function raftFeatures(config: RaftConfig, weights: TensorWeights, frames: tf.Tensor): tf.Tensor4D {
  return encode(config, weights, 'fnet', centred(frames));
}

/**
 * First state and context of a frame on whose grid a flow is sought.
 * @param frames [B, H, W, 3] RGB 0..1.
 */
export function raftContext(config: RaftConfig, weights: TensorWeights, frames: tf.Tensor): RaftContext {
  const both = encode(config, weights, 'cnet', centred(frames));
  const [hidden, context] = tf.split(both, [config.hidden, config.context], 3) as [tf.Tensor4D, tf.Tensor4D];
  return { hidden: tf.tanh(hidden), context: tf.relu(context) };
}

function centred(frames: tf.Tensor): tf.Tensor {
  return tf.sub(tf.mul(frames, 2), 1);
}

/**
 * Iterates from features of both frames, which {@link raftFeatures} gives, and the context of the first.
 * As in the official code, no gradient flows through the flow from one iteration to the next, only through the state.
 * @throws ConfigError for a number of iterations that is not positive; ShapeError for an initial flow of another size.
 */
export function raftMatch(
  config: RaftConfig,
  weights: TensorWeights,
  [from, to]: readonly [tf.Tensor, tf.Tensor],
  { hidden, context }: RaftContext,
  options: RaftIterations = {},
): RaftOutputs {
  const { iterations = defaultIterations, predictions = 'last', observe } = options;
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new ConfigError('raft iterations', `expected a positive integer, found ${iterations}.`);
  }
  const lookUp = correlate(config, from, to, options.keptBytes);
  const terms = contextTerms(config, weights, context);
  const grid = pixelGrid(hidden.shape[1], hidden.shape[2]);
  let state = hidden;
  let flow = firstFlow(hidden, options.flowInit);
  const flows: tf.Tensor4D[] = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const before = stopGradient(flow);
    const correlation = lookUp(tf.add(before, grid));
    const { delta, ...next } = update(config, weights, terms, { hidden: state, correlation, flow: before });
    state = next.hidden;
    flow = tf.add(before, delta);
    const isWanted = predictions === 'all' || iteration === iterations;
    const mask = isWanted && config.design === 'basic' ? upsamplingMask(weights, state) : undefined;
    if (isWanted) flows.push(upsample(flow, mask));
    observe?.({ correlation, flow: before, delta, hidden: state, mask });
  }
  return { flow: flows.at(-1)!, flows, flowLow: flow };
}

/** Flow at the size of the frame: convex with the mask's weights, bilinear without. */
function upsample(flow: tf.Tensor4D, mask: tf.Tensor4D | undefined): tf.Tensor4D {
  if (mask !== undefined) return convexUpsample(flow, mask, raftReduction);
  const size: [number, number] = [raftReduction * flow.shape[1], raftReduction * flow.shape[2]];
  return tf.mul(resizeBilinear(flow, size, { alignCorners: true }), raftReduction);
}

/** [1, h, w, 2]: (x, y) of every place. */
function pixelGrid(height: number, width: number): tf.Tensor {
  const x = tf.tile(tf.reshape(tf.range(0, width, 1, 'float32'), [1, 1, width, 1]), [1, height, 1, 1]);
  const y = tf.tile(tf.reshape(tf.range(0, height, 1, 'float32'), [1, height, 1, 1]), [1, 1, width, 1]);
  return tf.concat([x, y], 3);
}

function firstFlow(hidden: tf.Tensor4D, given: tf.Tensor | undefined): tf.Tensor4D {
  const shape: [number, number, number, number] = [hidden.shape[0], hidden.shape[1], hidden.shape[2], 2];
  if (given === undefined) return tf.zeros(shape);
  if (given.shape.join() !== shape.join()) {
    throw new ShapeError('raft flowInit', `[${shape.join(', ')}], 1/8 of the frames`, given.shape);
  }
  return given as tf.Tensor4D;
}

/**
 * Flow from the first frame to the second.
 * @throws ShapeError if the inputs do not fit each other or the multiple; ConfigError as {@link raftMatch}.
 */
export function forwardRaft(config: RaftConfig, weights: TensorWeights, inputs: RaftInputs): RaftOutputs {
  const { frame0, frame1, ...options } = inputs;
  checkFrames(config, frame0, frame1);
  const pair = raftFeatures(config, weights, tf.concat([frame0, frame1], 0));
  const [from, to] = tf.split(pair, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  return raftMatch(config, weights, [from, to], raftContext(config, weights, frame0), options);
}

/** Flows in both directions; the features of both frames are computed once. */
export function forwardRaftBoth(
  config: RaftConfig,
  weights: TensorWeights,
  inputs: RaftInputs & { readonly flowInitBack?: tf.Tensor | undefined },
): { readonly forth: RaftOutputs; readonly back: RaftOutputs } {
  const { frame0, frame1, flowInit, flowInitBack, ...options } = inputs;
  checkFrames(config, frame0, frame1);
  const frames = tf.concat([frame0, frame1], 0);
  const [first, second] = tf.split(raftFeatures(config, weights, frames), 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  const contexts = raftContext(config, weights, frames);
  const [hidden, hiddenBack] = tf.split(contexts.hidden, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  const [context, contextBack] = tf.split(contexts.context, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  return {
    forth: raftMatch(config, weights, [first, second], { hidden, context }, { ...options, flowInit }),
    back: raftMatch(
      config,
      weights,
      [second, first],
      { hidden: hiddenBack, context: contextBack },
      { ...options, flowInit: flowInitBack },
    ),
  };
}

function checkFrames({ levels }: RaftConfig, frame0: tf.Tensor, frame1: tf.Tensor): void {
  if (frame0.rank !== 4 || frame0.shape[3] !== 3) throw new ShapeError('raft frame0', '[B, H, W, 3]', frame0.shape);
  if (frame1.shape.join() !== frame0.shape.join()) {
    throw new ShapeError('raft frame1', `[${frame0.shape.join(', ')}] as frame0`, frame1.shape);
  }
  const [, height, width] = frame0.shape as [number, number, number, number];
  const smallest = raftReduction * 2 ** (levels - 1);
  const fits = (side: number): boolean => side % raftReduction === 0 && side >= smallest;
  if (fits(height) && fits(width)) return;
  throw new ShapeError(
    'raft frame0',
    `height and width that are multiples of ${raftReduction} and at least ${smallest}`,
    frame0.shape,
    { hint: 'Pad the frames or use createFlowEstimator, which does.' },
  );
}
