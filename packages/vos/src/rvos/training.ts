import { ConfigError, ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import type { LossFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { normalizeFrame } from '../imagenet-frame.js';
import type { RvosFeatures } from './encoder.js';
import type { RvosNetwork } from './network.js';
import type { RvosHidden } from './segment-objects.js';

/** What the network is told about the frame before: its true masks, or its own, which take no gradient. */
export type PreviousMasks = 'given' | 'found';

/** A short clip. */
export interface RvosClip {
  /** Frames in order, each [B, H, W, 3], RGB 0..1. */
  readonly frames: readonly tf.Tensor4D[];
  /** True masks of every frame, [B, H, W, K] in 0..1. Of `found`, only the first are read. */
  readonly masks: readonly tf.Tensor4D[];
  readonly previous: PreviousMasks;
}

/**
 * Segments all frames of a clip as the official training of the one-shot network: the first one is told its own masks, and
 * hidden states are handed on; everything but masks that were found is differentiable.
 * @returns Log-odds [B, H, W, K] of each frame.
 * @throws ConfigError for a zero-shot network; ShapeError unless there are as many masks as frames.
 */
export function segmentClip(network: RvosNetwork, weights: TensorWeights, clip: RvosClip): tf.Tensor4D[] {
  const { frames, masks, previous } = clip;
  if (network.config.variant !== 'one-shot') throw new ConfigError('rvos.variant', 'expected "one-shot".');
  if (frames.length === 0 || frames.length !== masks.length) {
    throw new ShapeError('segmentClip masks', `masks of ${frames.length} frames, at least one`, `${masks.length}`);
  }
  const features = encodeTogether(network, weights, frames);
  const [, height, width] = frames[0]!.shape;
  let hidden: RvosHidden | undefined;
  let told = masks[0]!;
  return features.map((given, index) => {
    const result = network.segment(weights, given, [height, width], { masks: told, hidden });
    hidden = result.hidden;
    told = previous === 'given' ? masks[index]! : stopGradient(tf.sigmoid(result.logits) as tf.Tensor4D);
    return result.logits;
  });
}

/** Features of all frames, encoded as one batch. */
function encodeTogether(network: RvosNetwork, weights: TensorWeights, frames: readonly tf.Tensor4D[]): RvosFeatures[] {
  if (frames.length === 1) return [network.encode(weights, normalizeFrame(frames[0]!))];
  const all = network.encode(weights, normalizeFrame(tf.concat([...frames], 0)));
  const levels = all.map((level) => tf.split(level, frames.length, 0) as tf.Tensor4D[]);
  return frames.map((_, index) => levels.map((level) => level[index]!) as unknown as RvosFeatures);
}

/** As the official loss has it. */
const epsilon = 1e-6;

/**
 * 1 - soft intersection over union of probabilities and true masks, both [B, H, W, 1] in 0..1: the mean over samples whose
 * mask is not empty; 0 if there are none.
 */
export function softIouLoss(probability: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  const places = [1, 2, 3];
  const both = tf.mul(probability, mask);
  const union = tf.sum(tf.sub(tf.add(probability, mask), both), places);
  const iou = tf.div(tf.sum(both, places), tf.add(union, epsilon));
  const counted = tf.cast(tf.greater(tf.max(stopGradient(mask), places), 0.5), 'float32');
  return tf.div(tf.sum(tf.mul(tf.sub(1, iou), counted)), tf.maximum(tf.sum(counted), 1));
}

/**
 * Loss for training a one-shot RVOS on batches of three frames with the mask of one object (`frame0`, `frameT`, `frame1`, `mask0`,
 * `maskT`, `mask1`): the sum over frames of the soft IoU loss. Frozen statistics of the network come as `frozen`.
 *
 * The official training goes over five frames and ten objects, first with `given` masks, then with `found` ones, and it lets
 * batch normalization use and update the batch's statistics, which are constant here.
 *
 * @returns A loss with the terms `first`, `middle` and `last`, which it sums.
 */
export function rvosTrainingLoss(network: RvosNetwork, previous: PreviousMasks = 'given'): LossFunction {
  return (weights, inputs, frozen) => {
    const frames = (['frame0', 'frameT', 'frame1'] as const).map((name) => inputOf(inputs, name));
    const masks = (['mask0', 'maskT', 'mask1'] as const).map((name) => inputOf(inputs, name));
    const logits = segmentClip(network, new Map([...frozen, ...weights]), { frames, masks, previous });
    const [first, middle, last] = logits.map((x, index) => softIouLoss(tf.sigmoid(x), masks[index]!)) as [
      tf.Scalar,
      tf.Scalar,
      tf.Scalar,
    ];
    return { total: tf.add(tf.add(first, middle), last), terms: { first, middle, last } };
  };
}

function inputOf(inputs: Readonly<Record<string, tf.Tensor>>, name: string): tf.Tensor4D {
  const tensor = inputs[name];
  if (tensor === undefined) throw new ShapeError(`rvosTrainingLoss ${name}`, 'a tensor', 'none');
  return tensor as tf.Tensor4D;
}
