import { conv2d, convTranspose2d, prelu } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

function convolve(weights: TensorWeights, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  return conv2d(x, weight, weightOf(weights, `${key}.bias`), { stride, padding: (weight.shape[2]! - 1) / 2 });
}

function convolveAndActivate(weights: TensorWeights, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  return prelu(convolve(weights, `${key}.0`, x, stride), weightOf(weights, `${key}.1.weight`));
}

/** Features of a batch of frames [B, H, W, 3], finest first: 1/2, 1/4, 1/8, 1/16 of the size. */
export function encode(weights: TensorWeights, frames: tf.Tensor4D): tf.Tensor4D[] {
  const levels: tf.Tensor4D[] = [];
  let x = frames;
  for (const level of [1, 2, 3, 4]) {
    const half = convolveAndActivate(weights, `encoder.pyramid${level}.0`, x, 2);
    x = convolveAndActivate(weights, `encoder.pyramid${level}.1`, half);
    levels.push(x);
  }
  return levels;
}

/** Convolution, residual block, and a transposed convolution that doubles the size; no activation after it. */
export function decode(weights: TensorWeights, level: number, x: tf.Tensor4D, side: number): tf.Tensor4D {
  const key = `decoder${level}.convblock`;
  const refined = residualBlock(weights, `${key}.1`, convolveAndActivate(weights, `${key}.0`, x), side);
  return convTranspose2d(refined, weightOf(weights, `${key}.2.weight`), weightOf(weights, `${key}.2.bias`), {
    stride: 2,
    padding: 1,
  });
}

/** Five convolutions with a skip connection; after the first and third, the last `side` channels pass through one more. */
function residualBlock(weights: TensorWeights, key: string, x: tf.Tensor4D, side: number): tf.Tensor4D {
  let y = convolveAndActivate(weights, `${key}.conv1`, x);
  y = refineSide(weights, `${key}.conv2`, y, side);
  y = convolveAndActivate(weights, `${key}.conv3`, y);
  y = refineSide(weights, `${key}.conv4`, y, side);
  return prelu(tf.add(x, convolve(weights, `${key}.conv5`, y)), weightOf(weights, `${key}.prelu.weight`));
}

function refineSide(weights: TensorWeights, key: string, x: tf.Tensor4D, side: number): tf.Tensor4D {
  const [main, rest] = tf.split(x, [x.shape[3] - side, side], 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([main, convolveAndActivate(weights, key, rest)], 3);
}
