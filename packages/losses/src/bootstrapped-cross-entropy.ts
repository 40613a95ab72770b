import { ConfigError, ShapeError } from '@vosvfi/core';
import { topK } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/** When and how far {@link bootstrappedFraction} falls; the defaults are STCN's. */
export interface BootstrapSchedule {
  /** All pixels count before this iteration. Default 20,000. */
  readonly startIteration?: number;
  /** From this iteration on, only the hardest pixels count. Default 70,000. */
  readonly endIteration?: number;
  /** Their share. Default 0.15. */
  readonly finalFraction?: number;
}

/**
 * Share of pixels that count at `iteration`: 1 before the start, falling linearly from 1 to the final share until
 * the end (Cheng et al., NeurIPS 2021, official code).
 */
export function bootstrappedFraction(iteration: number, schedule: BootstrapSchedule = {}): number {
  const { startIteration = 20_000, endIteration = 70_000, finalFraction = 0.15 } = schedule;
  if (iteration < startIteration) return 1;
  if (iteration > endIteration) return finalFraction;
  return finalFraction + (1 - finalFraction) * ((endIteration - iteration) / (endIteration - startIteration));
}

/**
 * Cross-entropy over the pixels where it is largest.
 *
 * @param logits [B, H, W, C] log-odds or any other scores for a softmax.
 * @param target [B, H, W, C], one-hot (or probabilities).
 * @param fraction Share of each sample's pixels that count, in (0, 1]; rounded down to whole pixels, at least one.
 * @returns The mean over samples of the mean over their counted pixels.
 * @throws ShapeError if the shapes differ; ConfigError for a fraction out of range.
 */
export function bootstrappedCrossEntropy(logits: tf.Tensor, target: tf.Tensor, fraction = 1): tf.Scalar {
  if (logits.rank !== 4) throw new ShapeError('bootstrappedCrossEntropy logits', '[B, H, W, C]', logits.shape);
  if (target.shape.join() !== logits.shape.join()) {
    throw new ShapeError('bootstrappedCrossEntropy target', `[${logits.shape.join(', ')}] as logits`, target.shape);
  }
  if (!(fraction > 0 && fraction <= 1)) {
    throw new ConfigError(
      'bootstrappedCrossEntropy fraction',
      `expected more than 0 and at most 1, found ${fraction}.`,
    );
  }
  const perPixel = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), 3));
  if (fraction === 1) return tf.mean(perPixel);
  const [batch, height, width] = logits.shape as [number, number, number, number];
  const pixels = height * width;
  const counted = Math.max(1, Math.floor(pixels * fraction));
  return tf.mean(topK(tf.reshape(perPixel, [batch, pixels]), counted).values);
}
