import { conv2d, relu } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { RaftConfig } from './config.js';
import { convolve, reachOf } from './encoder.js';
import { gruPasses } from './parameters.js';

const block = 'update_block';

/** What the GRU's gates get of the context, the same in every iteration: for each pass update, reset and candidate. */
export type ContextTerms = readonly { readonly gates: tf.Tensor4D; readonly candidate: tf.Tensor4D }[];

/** What an iteration sees, at 1/8 of the frame. */
export interface UpdateInputs {
  /** [B, h, w, hidden] in -1..1. */
  readonly hidden: tf.Tensor;
  /** [B, h, w, levels (2 radius + 1)^2]. */
  readonly correlation: tf.Tensor;
  /** [B, h, w, 2], x and y in pixels of 1/8 of the frame. */
  readonly flow: tf.Tensor;
}

/** What an iteration makes. */
export interface Update {
  readonly hidden: tf.Tensor4D;
  /** What to add to the flow. */
  readonly delta: tf.Tensor4D;
  /** [B, h, w, motion + 2]: features of the motion so far, and the flow. */
  readonly motion: tf.Tensor4D;
}

/** Input channels of a gate's weight [hidden, hidden + context + motion + 2, kh, kw]. */
function channelsOf(weight: tf.Tensor, from: number, count: number): tf.Tensor {
  const [outputs, , height, width] = weight.shape as [number, number, number, number];
  return tf.slice(weight, [0, from, 0, 0], [outputs, count, height, width]);
}

/** Weights of gates, one after the other. */
function gateWeights(weights: TensorWeights, suffix: string, gates: readonly string[], part: 'weight' | 'bias') {
  return tf.concat(
    gates.map((gate) => weightOf(weights, `${block}.gru.conv${gate}${suffix}.${part}`)),
    0,
  );
}

/** What the gates make of the context, once for all iterations: a third of the GRU's work. */
export function contextTerms(config: RaftConfig, weights: TensorWeights, context: tf.Tensor): ContextTerms {
  return gruPasses(config).map(({ suffix }) => {
    const term = (...gates: string[]): tf.Tensor4D => {
      const weight = gateWeights(weights, suffix, gates, 'weight');
      const own = channelsOf(weight, config.hidden, config.context);
      return conv2d(context, own, gateWeights(weights, suffix, gates, 'bias'), { padding: reachOf(weight) });
    };
    return { gates: term('z', 'r'), candidate: term('q') };
  });
}

/** Convolution of state and motion by gates' weights, plus what the context gives them. */
function convolveGates(
  { hidden, context, motion }: RaftConfig,
  weight: tf.Tensor,
  state: tf.Tensor,
  seen: tf.Tensor,
  term: tf.Tensor4D,
): tf.Tensor4D {
  const own = tf.concat([channelsOf(weight, 0, hidden), channelsOf(weight, hidden + context, motion + 2)], 1);
  return tf.add(conv2d(tf.concat([state, seen], 3), own, undefined, { padding: reachOf(weight) }), term);
}

/** The GRU; the basic design's has a horizontal and a vertical pass. */
function advance(
  config: RaftConfig,
  weights: TensorWeights,
  terms: ContextTerms,
  hidden: tf.Tensor,
  motion: tf.Tensor,
): tf.Tensor4D {
  let state = hidden;
  for (const [index, { suffix }] of gruPasses(config).entries()) {
    const { gates, candidate } = terms[index]!;
    const open = tf.sigmoid(
      convolveGates(config, gateWeights(weights, suffix, ['z', 'r'], 'weight'), state, motion, gates),
    );
    const [update, reset] = tf.split(open, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
    const weight = gateWeights(weights, suffix, ['q'], 'weight');
    const next = tf.tanh(convolveGates(config, weight, tf.mul(reset, state), motion, candidate));
    state = tf.add(tf.mul(tf.sub(1, update), state), tf.mul(update, next));
  }
  return state as tf.Tensor4D;
}

function encodeMotion(config: RaftConfig, weights: TensorWeights, { correlation, flow }: UpdateInputs): tf.Tensor4D {
  const convolved = (name: string, x: tf.Tensor): tf.Tensor4D => relu(convolve(weights, `${block}.encoder.${name}`, x));
  const first = convolved('convc1', correlation);
  const seen = config.correlation.length === 2 ? convolved('convc2', first) : first;
  const moved = convolved('convf2', convolved('convf1', flow));
  return tf.concat([convolved('conv', tf.concat([seen, moved], 3)), flow], 3) as tf.Tensor4D;
}

/**
 * One iteration of RAFT (Teed and Deng, ECCV 2020, section 3.3).
 * @param terms What {@link contextTerms} gives.
 */
export function update(config: RaftConfig, weights: TensorWeights, terms: ContextTerms, inputs: UpdateInputs): Update {
  const motion = encodeMotion(config, weights, inputs);
  const hidden = advance(config, weights, terms, inputs.hidden, motion);
  const raised = relu(convolve(weights, `${block}.flow_head.conv1`, hidden));
  return { hidden, delta: convolve(weights, `${block}.flow_head.conv2`, raised), motion };
}

/** Weights of convex upsampling before their softmax, [B, h, w, 9 * 8 * 8]; the official code balances gradients by 1/4. */
export function upsamplingMask(weights: TensorWeights, hidden: tf.Tensor): tf.Tensor4D {
  const raised = relu(convolve(weights, `${block}.mask.0`, hidden));
  return tf.mul(convolve(weights, `${block}.mask.2`, raised), 0.25);
}
