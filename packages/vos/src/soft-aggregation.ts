import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { splitChannels } from './split-channels.js';

/** Probabilities are kept this far from 0 and 1 before their log-odds are taken. */
const margin = 1e-7;

/** What {@link softAggregate} gives; channel 0 is the background, objects follow in their order. */
export interface Aggregation {
  /** [B, H, W, K + 1]: log-odds of the clamped probabilities. */
  readonly logits: tf.Tensor4D;
  /** [B, H, W, K + 1]: softmax of the log-odds; sums to 1. */
  readonly probabilities: tf.Tensor4D;
}

/**
 * Makes the separate probabilities of K objects compete with each other and with a background of probability
 * prod(1 - p_k): log-odds of all of them, clamped to [1e-7, 1 - 1e-7], then a softmax (Oh et al., "Fast video object
 * segmentation by reference-guided mask propagation", CVPR 2018; used by STCN). For one object this sharpens p to
 * p^2 / (p^2 + (1 - p)^2).
 *
 * @param objects [B, H, W, K] in 0..1.
 * @throws ShapeError if `objects` is not rank 4.
 */
export function softAggregate(objects: tf.Tensor): Aggregation {
  if (objects.rank !== 4) throw new ShapeError('softAggregate objects', '[B, H, W, K]', objects.shape);
  const background = splitChannels(tf.sub(1, objects) as tf.Tensor4D).reduce((product, absent) =>
    tf.mul(product, absent),
  );
  const all = tf.clipByValue(tf.concat([background, objects], 3), margin, 1 - margin);
  const logits = tf.log(tf.div(all, tf.sub(1, all))) as tf.Tensor4D;
  return { logits, probabilities: tf.softmax(logits) };
}

/** Probabilities of the objects alone, [B, H, W, K], from those of background and objects. */
export function withoutBackground(probabilities: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = probabilities.shape;
  return tf.slice(probabilities, [0, 0, 0, 1], [batch, height, width, channels - 1]);
}
