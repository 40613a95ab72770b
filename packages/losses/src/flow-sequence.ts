import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** How predictions count. */
export interface FlowSequenceOptions {
  /** A prediction counts by this less than the one after it. Default 0.8; the official fine-tuning takes 0.85. */
  readonly gamma?: number;
  /** True displacements of this length and longer do not count. Default 400 pixels. */
  readonly maxFlow?: number;
}

/** A loss and how far the last prediction is off. */
export interface FlowSequenceValue {
  readonly total: tf.Scalar;
  /** Mean end-point error of the last prediction over what counts, in pixels; 0 if nothing does. No part of the loss. */
  readonly endPointError: tf.Scalar;
}

/**
 * RAFT's loss of all predictions of one flow (Teed and Deng, ECCV 2020, eq. 7): absolute differences from the true flow,
 * averaged over all pixels and both components, of which those that do not count are 0; the later, the more.
 *
 * @param predictions [B, H, W, 2] each, first to last, in pixels.
 * @param truth [B, H, W, 2].
 * @param valid [B, H, W, 1]: 0.5 and more where the truth is known.
 * @throws ShapeError if shapes differ or there is no prediction; ConfigError for an option that is not positive.
 */
export function flowSequenceLoss(
  predictions: readonly tf.Tensor[],
  truth: tf.Tensor,
  valid: tf.Tensor,
  { gamma = 0.8, maxFlow = 400 }: FlowSequenceOptions = {},
): FlowSequenceValue {
  for (const [name, value] of Object.entries({ gamma, maxFlow })) {
    if (!(value > 0)) throw new ConfigError(`flowSequenceLoss ${name}`, `expected more than 0, found ${value}.`);
  }
  checkShapes(predictions, truth, valid);
  const isShort = tf.less(tf.sqrt(tf.sum(tf.square(truth), 3, true)), maxFlow);
  const counts = tf.cast(tf.logicalAnd(tf.greaterEqual(valid, 0.5), isShort), 'float32');
  const terms = predictions.map((prediction, index): tf.Scalar => {
    const difference = tf.mul(counts, tf.abs(tf.sub(prediction, truth)));
    return tf.mul(tf.mean(difference), gamma ** (predictions.length - 1 - index));
  });
  const lengths = tf.sqrt(tf.sum(tf.square(tf.sub(predictions.at(-1)!, truth)), 3, true));
  const endPointError = tf.div(tf.sum(tf.mul(lengths, counts)), tf.maximum(tf.sum(counts), 1));
  return { total: tf.addN(terms), endPointError: endPointError as tf.Scalar };
}

function checkShapes(predictions: readonly tf.Tensor[], truth: tf.Tensor, valid: tf.Tensor): void {
  if (truth.rank !== 4 || truth.shape[3] !== 2) throw new ShapeError('flow truth', '[B, H, W, 2]', truth.shape);
  if (predictions.length === 0) throw new ShapeError('flow predictions', 'at least one', 'none');
  for (const prediction of predictions) {
    if (prediction.shape.join() !== truth.shape.join()) {
      throw new ShapeError('flow prediction', `[${truth.shape.join(', ')}] as the truth`, prediction.shape);
    }
  }
  const expected = [...truth.shape.slice(0, 3), 1];
  if (valid.shape.join() !== expected.join()) throw new ShapeError('flow valid', `[${expected}]`, valid.shape);
}
