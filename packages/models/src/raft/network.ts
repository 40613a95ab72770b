import type { TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import type { FlowNetwork } from '../flow/flow-network.js';
import { parseRaftConfig, type RaftConfig, type RaftPreset, raftPresets } from './config.js';
import {
  forwardRaft,
  forwardRaftBoth,
  type RaftContext,
  type RaftInputs,
  type RaftIterations,
  type RaftOutputs,
  raftContext,
  raftFeatures,
  raftMatch,
  raftReduction,
} from './forward.js';
import { raftParameters } from './parameters.js';
import { contextTerms, type Update, type UpdateInputs, update, upsamplingMask } from './update.js';

/** RAFT as a plain object, whole and in parts. */
export interface RaftNetwork extends FlowNetwork<RaftConfig, RaftInputs, RaftOutputs> {
  /** Flows in both directions, with the features of both frames computed once. */
  readonly forwardBoth: (
    weights: TensorWeights,
    inputs: RaftInputs & { readonly flowInitBack?: tf.Tensor | undefined },
  ) => { readonly forth: RaftOutputs; readonly back: RaftOutputs };
  /** [B, H, W, 3] RGB 0..1 to what is compared, [B, H / 8, W / 8, C]: once for each frame of a video. */
  readonly features: (weights: TensorWeights, frames: tf.Tensor) => tf.Tensor4D;
  /** First state and context of frames [B, H, W, 3] on whose grid flows are sought. */
  readonly context: (weights: TensorWeights, frames: tf.Tensor) => RaftContext;
  /** Flow from features of two frames and the context of the first. */
  readonly match: (
    weights: TensorWeights,
    features: readonly [from: tf.Tensor, to: tf.Tensor],
    context: RaftContext,
    options?: RaftIterations,
  ) => RaftOutputs;
  /** One iteration, with the weights of upsampling (basic design) that belong to its flow. */
  readonly update: (
    weights: TensorWeights,
    inputs: UpdateInputs & { readonly context: tf.Tensor },
  ) => Update & { readonly mask?: tf.Tensor4D };
}

/** The official tests pad no further, but their sampler divides by 0 below. */
const smallest = 128;

/**
 * RAFT (Teed and Deng, "RAFT: Recurrent All-Pairs Field Transforms for Optical Flow", ECCV 2020, arXiv 2003.12039) and
 * RAFT-small: features of both frames are compared everywhere with everywhere; a GRU looks the products up around where
 * the flow points so far and corrects it, again and again. Weights have the keys and layouts of the official state dict
 * (the authors' code, not torchvision's). Batch normalization uses its stored statistics, also in training, as the
 * official trainings do after FlyingChairs.
 *
 * @param model An official network, or widths of your own.
 * @param id Name of a network with widths of its own; ignored for an official one.
 * @throws ConfigError naming the field that is invalid.
 */
export function createRaft(model: RaftPreset | RaftConfig, id = 'raft_custom'): RaftNetwork {
  const config = parseRaftConfig(typeof model === 'string' ? raftPresets[model] : model);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: raftParameters(config),
    ...{ multiple: raftReduction, reduction: raftReduction, smallest, testIterations: 20 },
    weightsHint:
      "Weights of the authors' code (princeton-vl/RAFT) fit; torchvision's raft_large and raft_small have other names.",
    // Flow and state add up over the iterations.
    keepFloat: ['update_block', 'fnet.conv2', 'cnet.conv2'],
    forward: (weights, inputs) => forwardRaft(config, weights, inputs),
    forwardBoth: (weights, inputs) => forwardRaftBoth(config, weights, inputs),
    features: (weights, frames) => raftFeatures(config, weights, frames),
    context: (weights, frames) => raftContext(config, weights, frames),
    match: (weights, features, context, options) => raftMatch(config, weights, features, context, options),
    update: (weights, { context, ...inputs }) => {
      const made = update(config, weights, contextTerms(config, weights, context), inputs);
      return config.design === 'basic' ? { ...made, mask: upsamplingMask(weights, made.hidden) } : made;
    },
  };
}
