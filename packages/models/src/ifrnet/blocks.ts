import { conv2d, convTranspose2d, prelu, recompute } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from '../activation-observer.js';

/** What the blocks read: weights by key, and who wants to see the values before activations. */
export interface Scope {
  readonly weights: TensorWeights;
  readonly observe?: ActivationObserver | undefined;
  /** Blocks keep what goes into them only, and are computed again in the backward pass. */
  readonly recompute?: boolean | undefined;
}

/** `body` of `inputs`, which reads weights under `key` only. */
function block(
  scope: Scope,
  key: string,
  inputs: readonly tf.Tensor4D[],
  body: (scope: Scope, inputs: readonly tf.Tensor4D[]) => tf.Tensor4D,
): tf.Tensor4D {
  if (!scope.recompute) return body(scope, inputs);
  const own = new Map([...scope.weights].filter(([name]) => name.startsWith(`${key}.`)));
  return recompute((given, weights) => body({ weights }, given as tf.Tensor4D[]), inputs, own) as tf.Tensor4D;
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
    const key = `encoder.pyramid${level}`;
    x = block(scope, key, [x], (own, [input]) =>
      convolveAndActivate(own, `${key}.1`, convolveAndActivate(own, `${key}.0`, input!, 2)),
    );
    levels.push(x);
  }
  return levels;
}

/**
 * `join` of `inputs`, then convolution, residual block, and a transposed convolution that doubles the size; no
 * activation after it.
 */
export function decode(
  scope: Scope,
  level: number,
  side: number,
  inputs: readonly tf.Tensor4D[],
  join: (inputs: readonly tf.Tensor4D[]) => tf.Tensor4D,
): tf.Tensor4D {
  const key = `decoder${level}.convblock`;
  return block(scope, key, inputs, (own, given) => {
    const refined = residualBlock(own, `${key}.1`, convolveAndActivate(own, `${key}.0`, join(given)), side);
    const [weight, bias] = [weightOf(own.weights, `${key}.2.weight`), weightOf(own.weights, `${key}.2.bias`)];
    return convTranspose2d(refined, weight, bias, { stride: 2, padding: 1 });
  });
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
