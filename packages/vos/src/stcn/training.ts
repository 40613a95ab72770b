import { ShapeError } from '@vosvfi/core';
import { padCentered, stopGradient, unpad } from '@vosvfi/ops';
import type { LossFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { normalizeAndPad } from '../imagenet-frame.js';
import { type Aggregation, withoutBackground } from '../soft-aggregation.js';
import { stcnMultiple } from './config.js';
import type { StcnKey } from './encoders.js';
import type { StcnNetwork } from './network.js';
import { flattenPlaces, segmentQuery } from './segment-query.js';

/** A short clip for training. */
export interface StcnClip {
  /** Frames in order, each [B, H, W, 3], normalized, sides multiples of 16. */
  readonly images: readonly tf.Tensor4D[];
  /** Objects of the first frame, [B, H, W, K] in 0..1. */
  readonly masks: tf.Tensor4D;
  /** [B, K]: 1 for an object that exists, 0 for one that does not. Default: all exist. */
  readonly present?: tf.Tensor2D;
}

/**
 * Segments the second and later frames of a clip, each from all frames before it, as in the official training: the first
 * frame is remembered with its given masks, later ones with their predicted soft masks; every cell of memory is read;
 * everything is differentiable.
 * @returns Log-odds and probabilities [B, H, W, K + 1] of frames 2 to last.
 * @throws ShapeError unless there are at least two frames.
 */
export function segmentClip(network: StcnNetwork, weights: TensorWeights, clip: StcnClip): Aggregation[] {
  const { images, masks, present } = clip;
  if (images.length < 2) throw new ShapeError('segmentClip images', 'at least 2 frames', `${images.length}`);
  const keys = encodeTogether(network, weights, images);
  const remembered: { keys: tf.Tensor3D; values: tf.Tensor3D }[] = [];
  let current = masks;
  return images.slice(1).map((_, before) => {
    const { k16, f16 } = keys[before]!;
    const values = network.encodeValue(weights, images[before]!, f16, current);
    remembered.push({ keys: flattenPlaces(k16), values: flattenPlaces(values) });
    const memory = {
      keys: joinCells(remembered.map((frame) => frame.keys)),
      values: joinCells(remembered.map((frame) => frame.values)),
    };
    const result = segmentQuery(weights, memory, keys[before + 1]!, {
      topK: null,
      ...(present === undefined ? {} : { present }),
    });
    current = withoutBackground(result.probabilities);
    return result;
  });
}

function joinCells(frames: readonly tf.Tensor3D[]): tf.Tensor3D {
  return frames.length === 1 ? frames[0]! : (tf.concat([...frames], 1) as tf.Tensor3D);
}

/** Keys of all frames, encoded as one batch. */
function encodeTogether(network: StcnNetwork, weights: TensorWeights, images: readonly tf.Tensor4D[]): StcnKey[] {
  const { k16, f16Thin, f16, f8, f4 } = network.encodeKey(weights, tf.concat([...images], 0) as tf.Tensor4D);
  const parts = [k16, f16Thin, f16, f8, f4].map((all) => tf.split(all, images.length, 0) as tf.Tensor4D[]);
  return images.map((_, index) => {
    const [key, thin, at16, at8, at4] = parts.map((part) => part[index]!) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    return { k16: key, f16Thin: thin, f16: at16, f8: at8, f4: at4 };
  });
}

/** Scalar loss of log-odds [B, H, W, C] against one-hot targets of the same shape. */
export type MaskCriterion = (logits: tf.Tensor, target: tf.Tensor) => tf.Scalar;

/** Log-odds of an object that is not there: nothing is left of it after a softmax. */
const absentLogit = -1e9;

/**
 * Loss for training an STCN on batches of three frames with the masks of K objects (`frame0`, `frameT`, `frame1` [B, H, W, 3];
 * `mask0`, `maskT`, `mask1` [B, H, W, K], one channel for each object, at most one of them 1 at a pixel): the sum of the
 * criterion over the second and third frame. Frozen statistics of the network come as `frozen`. With K > 1, objects
 * without a pixel in the first frame do not exist: they take part neither in the aggregation nor in the criterion, as the
 * official code's selector has it.
 *
 * @param criterion For example the bootstrapped cross-entropy of `@vosvfi/losses`.
 * @returns A loss with the terms `middle` and `last` (which it sums) and, for the log only, `iou`: the mean over samples and
 * objects of the last frame's intersection over union.
 */
export function stcnTrainingLoss(network: StcnNetwork, criterion: MaskCriterion): LossFunction {
  return (weights, inputs, frozen) => {
    const frames = (['frame0', 'frameT', 'frame1'] as const).map((name) => inputOf(inputs, name));
    const masks = (['mask0', 'maskT', 'mask1'] as const).map((name) => inputOf(inputs, name) as tf.Tensor4D);
    const padded = frames.map((frame) => normalizeAndPad(frame, stcnMultiple));
    const { margins } = padded[0]!;
    const present = presentObjects(masks[0]!);
    const results = segmentClip(network, new Map([...frozen, ...weights]), {
      images: padded.map((frame) => frame.padded),
      masks: padCentered(masks[0]!, stcnMultiple, 'zeros').padded,
      ...(present === undefined ? {} : { present }),
    });
    const [middle, last] = results.map(({ logits }, index) => {
      const counted = present === undefined ? logits : withoutAbsent(logits, present);
      return criterion(unpad(counted, margins), withBackground(masks[index + 1]!));
    }) as [tf.Scalar, tf.Scalar];
    const predicted = unpad(withoutBackground(results[1]!.probabilities), margins);
    return { total: tf.add(middle, last), terms: { middle, last, iou: meanIou(predicted, masks[2]!) } };
  };
}

/** [B, K]: 1 for objects that the first frame shows; undefined for a single object, which exists. */
function presentObjects(mask: tf.Tensor4D): tf.Tensor2D | undefined {
  if (mask.shape[3] === 1) return undefined;
  return tf.cast(tf.greater(tf.max(stopGradient(mask), [1, 2]), 0), 'float32') as tf.Tensor2D;
}

/** Log-odds [B, H, W, K + 1] with those of absent objects so low that a softmax leaves them out. */
function withoutAbsent(logits: tf.Tensor4D, present: tf.Tensor2D): tf.Tensor4D {
  const [batch, objects] = present.shape;
  const counted = tf.reshape(tf.concat([tf.ones([batch, 1]), present], 1), [batch, 1, 1, objects + 1]);
  return tf.add(tf.mul(logits, counted), tf.mul(tf.sub(1, counted), absentLogit));
}

/** One-hot [B, H, W, K + 1], the background first. */
function withBackground(mask: tf.Tensor4D): tf.Tensor {
  const covered = mask.shape[3] === 1 ? mask : tf.sum(mask, 3, true);
  return tf.concat([tf.sub(1, covered), mask], 3);
}

/** Mean over samples and objects of the intersection over union of masks above one half; 1 where both are empty. */
function meanIou(probability: tf.Tensor4D, mask: tf.Tensor4D): tf.Scalar {
  const [a, b] = [probability, mask].map((x) => tf.cast(tf.greater(stopGradient(x), 0.5), 'float32')) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const union = tf.sum(tf.maximum(a, b), [1, 2]);
  const intersection = tf.sum(tf.mul(a, b), [1, 2]);
  return tf.mean(tf.div(tf.add(intersection, 1e-6), tf.add(union, 1e-6)));
}

function inputOf(inputs: Readonly<Record<string, tf.Tensor>>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new ShapeError(`stcnTrainingLoss ${name}`, 'a tensor', 'none');
  return tensor;
}
