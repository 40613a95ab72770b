import { conv2d, convTranspose2d, prelu, resizeBilinear, warpBackward } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolutionsPerBlock } from './parameters.js';

function convolve(weights: TensorWeights, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  return conv2d(x, weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`), { stride, padding: 1 });
}

/** Transposed convolution 4 x 4 that doubles the size. */
function deconvolve(weights: TensorWeights, key: string, x: tf.Tensor): tf.Tensor4D {
  const [weight, bias] = [weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`)];
  return convTranspose2d(x, weight, bias, { stride: 2, padding: 1 });
}

function activate(weights: TensorWeights, key: string, x: tf.Tensor4D): tf.Tensor4D {
  return prelu(x, weightOf(weights, `${key}.1.weight`));
}

function convolveAndActivate(weights: TensorWeights, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  return activate(weights, key, convolve(weights, `${key}.0`, x, stride));
}

/** Two convolutions, the first of which halves the size. */
function halve(weights: TensorWeights, key: string, x: tf.Tensor): tf.Tensor4D {
  return convolveAndActivate(weights, `${key}.conv2`, convolveAndActivate(weights, `${key}.conv1`, x, 2));
}

/** `x` with its size times `factor`, bilinear. */
function rescale(x: tf.Tensor, factor: number): tf.Tensor4D {
  if (factor === 1) return x as tf.Tensor4D;
  const [, height, width] = x.shape as [number, number, number, number];
  return resizeBilinear(x, [Math.round(height * factor), Math.round(width * factor)], { scale: factor });
}

/** Resizes a flow and its displacements by `factor`. */
function rescaleFlow(flow: tf.Tensor, factor: number): tf.Tensor4D {
  return factor === 1 ? (flow as tf.Tensor4D) : tf.mul(rescale(flow, factor), factor);
}

/** What a flow block adds: flows [B, H, W, 4] in pixels and the mask's logit [B, H, W, 1]. */
export interface FlowChange {
  readonly flow: tf.Tensor4D;
  readonly logit: tf.Tensor4D;
}

/**
 * A flow block (paper, fig. 4): it sees everything at 1 / `reduction` of the size.
 * @param x [B, H, W, C].
 * @param flow [B, H, W, 4] in pixels: what there is so far.
 */
export function flowBlock(
  weights: TensorWeights,
  key: string,
  reduction: number,
  x: tf.Tensor,
  flow?: tf.Tensor,
): FlowChange {
  const seen = rescale(x, 1 / reduction);
  const joined = flow === undefined ? seen : tf.concat([seen, rescaleFlow(flow, 1 / reduction)], 3);
  const half = convolveAndActivate(weights, `${key}.conv0.0`, joined, 2);
  const input = convolveAndActivate(weights, `${key}.conv0.1`, half, 2);
  let y = input;
  for (let index = 0; index < convolutionsPerBlock; index++) {
    y = convolveAndActivate(weights, `${key}.convblock.${index}`, y);
  }
  const raw = deconvolve(weights, `${key}.lastconv`, tf.add(y, input));
  const [change, logit] = tf.split(rescale(raw, 2 * reduction), [4, 1], 3) as [tf.Tensor4D, tf.Tensor4D];
  return { flow: tf.mul(change, 2 * reduction), logit };
}

/**
 * Features of `frame` [B, H, W, 3] at 1/2, 1/4, 1/8 and 1/16, each warped by `flow` [B, H, W, 2].
 */
export function contextFeatures(weights: TensorWeights, frame: tf.Tensor, flow: tf.Tensor): tf.Tensor4D[] {
  const levels: tf.Tensor4D[] = [];
  let [x, motion] = [frame, flow];
  for (const level of [1, 2, 3, 4]) {
    x = halve(weights, `contextnet.conv${level}`, x);
    motion = rescaleFlow(motion, 1 / 2);
    levels.push(warpBackward(x, motion));
  }
  return levels;
}

/**
 * The fusion network: an encoder and decoder that sees the frames, the warped ones and the motion at the finest level, and
 * the context of both frames at the others.
 * @returns [B, H, W, 3] in 0..1; 1/2 where there is nothing to add.
 */
export function fuse(
  weights: TensorWeights,
  finest: readonly tf.Tensor[],
  context0: readonly tf.Tensor4D[],
  context1: readonly tf.Tensor4D[],
): tf.Tensor4D {
  const skips: tf.Tensor4D[] = [];
  let joined = tf.concat([...finest], 3) as tf.Tensor4D;
  for (const level of [0, 1, 2, 3] as const) {
    const x = halve(weights, `unet.down${level}`, joined);
    joined = tf.concat([x, context0[level]!, context1[level]!], 3);
    skips.unshift(x);
  }
  let x = activate(weights, 'unet.up0', deconvolve(weights, 'unet.up0.0', joined));
  for (const level of [1, 2, 3] as const) {
    const key = `unet.up${level}`;
    x = activate(weights, key, deconvolve(weights, `${key}.0`, tf.concat([x, skips[level]!], 3)));
  }
  return tf.sigmoid(convolve(weights, 'unet.conv', x));
}
