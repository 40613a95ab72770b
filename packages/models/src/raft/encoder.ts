import { conv2d, instanceNorm, relu } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { RaftConfig } from './config.js';

/** PyTorch's default. */
const epsilon = 1e-5;

type Normalization = 'instance' | 'batch' | 'none';

/** An encoder's weights, their place and how its features are normalized. */
interface Encoder {
  readonly weights: TensorWeights;
  readonly normalization: Normalization;
}

/** Convolution with `key.weight` and `key.bias`, padded so that stride 1 keeps the size. */
export function convolve(weights: TensorWeights, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  return conv2d(x, weight, weightOf(weights, `${key}.bias`), { stride, padding: reachOf(weight) });
}

/** Zeros on both sides of each axis. */
export function reachOf({ shape }: tf.Tensor): [number, number] {
  return [(shape[2]! - 1) / 2, (shape[3]! - 1) / 2];
}

/**
 * Convolution and normalization. That of a batch, with its stored statistics, goes into the filter, which is exact and
 * saves passes over the features.
 */
function convolveNormalized(
  { weights, normalization }: Encoder,
  [key, norm]: readonly [string, string],
  x: tf.Tensor,
  stride = 1,
): tf.Tensor4D {
  if (normalization === 'none') return convolve(weights, key, x, stride);
  if (normalization === 'instance') return instanceNorm(convolve(weights, key, x, stride), undefined, epsilon);
  const weight = weightOf(weights, `${key}.weight`);
  const variance = weightOf(weights, `${norm}.running_var`);
  const scale = tf.div(weightOf(weights, `${norm}.weight`), tf.sqrt(tf.add(variance, epsilon)));
  const centred = tf.sub(weightOf(weights, `${key}.bias`), weightOf(weights, `${norm}.running_mean`));
  const shift = tf.add(weightOf(weights, `${norm}.bias`), tf.mul(centred, scale));
  const scaled = tf.mul(weight, tf.reshape(scale, [-1, 1, 1, 1]));
  return conv2d(x, scaled, shift, { stride, padding: reachOf(weight) });
}

/**
 * A block: convolutions, each rectified, the last one too (unlike He's), added to what came in and rectified again.
 * A bottleneck strides in its second convolution, a residual block in its first.
 */
function block(encoder: Encoder, key: string, x: tf.Tensor, stride: number, design: RaftConfig['design']): tf.Tensor4D {
  const isBasic = design === 'basic';
  let y = x;
  for (const index of isBasic ? [1, 2] : [1, 2, 3]) {
    const own = index === (isBasic ? 1 : 2) ? stride : 1;
    y = relu(convolveNormalized(encoder, [`${key}.conv${index}`, `${key}.norm${index}`], y, own));
  }
  const skip =
    stride === 1 ? x : convolveNormalized(encoder, [`${key}.downsample.0`, `${key}.downsample.1`], x, stride);
  return relu(tf.add(skip, y));
}

/**
 * An encoder of RAFT: features at 1/8 of the frame.
 * @param key `fnet` makes what is compared, `cnet` state and context.
 * @param picture [B, H, W, 3] RGB in -1..1, H and W multiples of 8.
 * @returns [B, H / 8, W / 8, C].
 */
export function encode(
  { design }: Pick<RaftConfig, 'design'>,
  weights: TensorWeights,
  key: 'fnet' | 'cnet',
  picture: tf.Tensor,
): tf.Tensor4D {
  const normalization = key === 'fnet' ? 'instance' : design === 'basic' ? 'batch' : 'none';
  const encoder = { weights, normalization } as const;
  let x = relu(convolveNormalized(encoder, [`${key}.conv1`, `${key}.norm1`], picture, 2));
  for (const layer of [1, 2, 3]) {
    x = block(encoder, `${key}.layer${layer}.0`, x, layer === 1 ? 1 : 2, design);
    x = block(encoder, `${key}.layer${layer}.1`, x, 1, design);
  }
  return convolve(weights, `${key}.conv2`, x);
}
