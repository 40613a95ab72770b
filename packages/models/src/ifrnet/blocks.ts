import { conv2d, convTranspose2d, prelu } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** Receives what goes into an activation, with the key of the convolution that made it. */
export type ActivationObserver = (key: string, value: tf.Tensor4D) => void;

/** What the blocks read: weights by key, and who wants to see the values before activations. */
export interface Scope {
  readonly weights: TensorWeights;
  readonly observe?: ActivationObserver | undefined;
}

function convolve({ weights }: Scope, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  return conv2d(x, weight, weightOf(weights, `${key}.bias`), { stride, padding: (weight.shape[2]! - 1) / 2 });
}

function activate({ weights, observe }: Scope, key: string, x: tf.Tensor4D, convolution: string): tf.Tensor4D {
  observe?.(convolution, x);
  return prelu(x, weightOf(weights, `${key}.weight`));
}

function convolveAndActivate(scope: Scope, key: string, x: tf.Tensor, stride = 1): tf.Tensor4D {
  return activate(scope, `${key}.1`, convolve(scope, `${key}.0`, x, stride), `${key}.0`);
}

/** Features of a batch of frames [B, H, W, 3], finest first: 1/2, 1/4, 1/8, 1/16 of the size. */
export function encode(scope: Scope, frames: tf.Tensor4D): tf.Tensor4D[] {
  const levels: tf.Tensor4D[] = [];
  let x = frames;
  for (const level of [1, 2, 3, 4]) {
    const half = convolveAndActivate(scope, `encoder.pyramid${level}.0`, x, 2);
    x = convolveAndActivate(scope, `encoder.pyramid${level}.1`, half);
    levels.push(x);
  }
  return levels;
}

/** Convolution, residual block, and a transposed convolution that doubles the size; no activation after it. */
export function decode(scope: Scope, level: number, x: tf.Tensor4D, side: number): tf.Tensor4D {
  const key = `decoder${level}.convblock`;
  const refined = residualBlock(scope, `${key}.1`, convolveAndActivate(scope, `${key}.0`, x), side);
  return convTranspose2d(
    refined,
    weightOf(scope.weights, `${key}.2.weight`),
    weightOf(scope.weights, `${key}.2.bias`),
    {
      stride: 2,
      padding: 1,
    },
  );
}

/** Five convolutions with a skip connection; after the first and third, the last `side` channels pass through one more. */
function residualBlock(scope: Scope, key: string, x: tf.Tensor4D, side: number): tf.Tensor4D {
  let y = convolveAndActivate(scope, `${key}.conv1`, x);
  y = refineSide(scope, `${key}.conv2`, y, side);
  y = convolveAndActivate(scope, `${key}.conv3`, y);
  y = refineSide(scope, `${key}.conv4`, y, side);
  return activate(scope, `${key}.prelu`, tf.add(x, convolve(scope, `${key}.conv5`, y)), `${key}.conv5`);
}

function refineSide(scope: Scope, key: string, x: tf.Tensor4D, side: number): tf.Tensor4D {
  const [main, rest] = tf.split(x, [x.shape[3] - side, side], 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([main, convolveAndActivate(scope, key, rest)], 3);
}
