import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/**
 * What one reference frame offers to each place of the query: a mean of values by a softmax over its places, and the
 * logarithm of that softmax's denominator, by which references are weighed against each other.
 */
export interface SoftCopy {
  /** [B, h, w, L]. */
  readonly values: tf.Tensor4D;
  /** [B, h, w, 1]. */
  readonly evidence: tf.Tensor4D;
}

/** Shares of places that are not yet divided by their sum. */
export interface Shares {
  /** exp(score - largest score), of the shape of the scores. */
  readonly unnormalized: tf.Tensor3D;
  /** Their sum over the last axis, kept. */
  readonly sum: tf.Tensor3D;
  /** log of the sum of exp(score), of the shape of `sum`. */
  readonly evidence: tf.Tensor3D;
}

/** Softmax over the last axis of `scores` [N, Q, K], with what is needed to go on over other references. */
export function sharesOf(scores: tf.Tensor3D): Shares {
  const largest = tf.max(stopGradient(scores), 2, true);
  const unnormalized = tf.exp(tf.sub(scores, largest)) as tf.Tensor3D;
  const sum = tf.sum(unnormalized, 2, true) as tf.Tensor3D;
  return { unnormalized, sum, evidence: tf.add(tf.log(sum), largest) };
}

/** The softmax over the places of all references together: means of the references' means, weighed by their evidence. */
export function joinCopies(copies: readonly SoftCopy[]): tf.Tensor4D {
  if (copies.length === 1) return (copies[0] as SoftCopy).values;
  const shares = tf.softmax(
    tf.concat(
      copies.map(({ evidence }) => evidence),
      3,
    ),
    3,
  );
  const weighed = tf.split(shares, copies.length, 3).map((share, index) => tf.mul(share, copies[index]!.values));
  return weighed.reduce((total, part) => tf.add(total, part)) as tf.Tensor4D;
}
