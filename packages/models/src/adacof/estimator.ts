import { type AdacofMaps, conv2d, relu, resizeBilinear } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from '../activation-observer.js';
import { headKey, moduleKey } from './keys.js';

/** Mean RGB of the official training data; what the estimator sees is relative to it. */
const meanColour = [0.4631, 0.4352, 0.399];

/** What the blocks read: weights by key, and who wants to see the values before activations. */
export interface EstimatorScope {
  readonly weights: TensorWeights;
  readonly observe?: ActivationObserver | undefined;
}

/** A 3 x 3 convolution without activation. */
function convolve({ weights }: EstimatorScope, key: string, x: tf.Tensor): tf.Tensor4D {
  return conv2d(x, weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`), { padding: 1 });
}

function convolveAndRectify(scope: EstimatorScope, key: string, x: tf.Tensor): tf.Tensor4D {
  const value = convolve(scope, key, x);
  scope.observe?.(key, value);
  return relu(value);
}

/** Three convolutions, each rectified. */
function basic(scope: EstimatorScope, key: string, x: tf.Tensor): tf.Tensor4D {
  return [0, 2, 4].reduce<tf.Tensor>(
    (value, index) => convolveAndRectify(scope, `${key}.${index}`, value),
    x,
  ) as tf.Tensor4D;
}

/** Twice the size; corner samples stay corner samples. */
function enlarge(x: tf.Tensor4D): tf.Tensor4D {
  return resizeBilinear(x, [x.shape[1] * 2, x.shape[2] * 2], { alignCorners: true });
}

/**
 * What the estimator sees: both frames' colours relative to a fixed mean.
 * @returns [B, H, W, 6].
 */
export function joinFrames(frame0: tf.Tensor, frame1: tf.Tensor): tf.Tensor4D {
  const mean = tf.tensor1d([...meanColour, ...meanColour]);
  return tf.sub(tf.concat([frame0, frame1], 3), mean) as tf.Tensor4D;
}

/**
 * Features of both frames together.
 * @param x [B, H, W, 6] from {@link joinFrames}; H and W multiples of 32.
 * @returns Five levels, finest first: full size, 1/2, 1/4, 1/8, 1/16.
 */
export function encodeFrames(scope: EstimatorScope, x: tf.Tensor4D): tf.Tensor4D[] {
  const levels: tf.Tensor4D[] = [];
  for (let level = 1, input = x; level <= 5; level++) {
    const output = basic(scope, moduleKey('Conv', level), input);
    levels.push(output);
    input = halve(output);
  }
  return levels;
}

function halve(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, 'valid');
}

/**
 * The feature that all heads read.
 * @param encoded From {@link encodeFrames}.
 * @returns [B, H / 2, W / 2, C].
 */
export function decodeFrames(scope: EstimatorScope, encoded: readonly tf.Tensor4D[]): tf.Tensor4D {
  let x = halve(encoded[4]!);
  for (const level of [5, 4, 3, 2]) {
    const decoded = basic(scope, moduleKey('Deconv', level), x);
    const enlarged = convolveAndRectify(scope, `${moduleKey('Upsample', level)}.1`, enlarge(decoded));
    x = tf.add(enlarged, encoded[level - 1]!);
  }
  return x;
}

/**
 * What a head makes of the shared feature, before its softmax or sigmoid.
 * @param name As in `EstimatorChannels`.
 * @returns [B, H, W, F * F], or [B, H, W, 1] of the heads that make one map.
 */
export function headOf(scope: EstimatorScope, name: string, shared: tf.Tensor4D): tf.Tensor4D {
  const key = headKey(name);
  return convolve(scope, `${key}.7`, enlarge(basic(scope, key, shared)));
}

/** Weights and offsets by which frame 0 (set 1) or frame 1 (set 2) is sampled. */
export function mapsOf(scope: EstimatorScope, set: 1 | 2, shared: tf.Tensor4D): AdacofMaps {
  return {
    weights: tf.softmax(headOf(scope, `weight${set}`, shared), 3),
    offsetsY: headOf(scope, `alpha${set}`, shared),
    offsetsX: headOf(scope, `beta${set}`, shared),
  };
}

/** A map in 0..1 of a head with one channel, `occlusion` or `blend`: [B, H, W, 1]. */
export function shareOf(scope: EstimatorScope, name: string, shared: tf.Tensor4D): tf.Tensor4D {
  return tf.sigmoid(headOf(scope, name, shared));
}
