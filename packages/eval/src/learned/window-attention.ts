import { linear } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { constantValues, normalValues } from './convolutions.js';

/** A transformer block over windows that do not overlap. */
export interface WindowBlock {
  /** Beginning of its keys. */
  readonly key: string;
  readonly channels: number;
  readonly heads: number;
  /** Rows and columns of a window. */
  readonly window: number;
  /** Channels between the two linear maps after the attention. */
  readonly hidden: number;
}

function linearParameters(key: string, inputs: number, outputs: number): ParameterSpec[] {
  const shape = [outputs, inputs];
  return [
    { key: `${key}.weight`, shape, trainable: false, init: normalValues(shape, 0.02) },
    { key: `${key}.bias`, shape: [outputs], trainable: false, init: constantValues(outputs, 0) },
  ];
}

/** What {@link attendInWindows} reads; the names of SwinIR's blocks without normalization. */
export function windowBlockParameters({ key, channels, heads, window, hidden }: WindowBlock): ParameterSpec[] {
  const shape = [(2 * window - 1) ** 2, heads];
  return [
    {
      key: `${key}.attn.relative_position_bias_table`,
      shape,
      trainable: false,
      init: normalValues(shape, 0.02),
    },
    ...linearParameters(`${key}.attn.qkv`, channels, 3 * channels),
    ...linearParameters(`${key}.attn.proj`, channels, channels),
    ...linearParameters(`${key}.mlp.fc1`, channels, hidden),
    ...linearParameters(`${key}.mlp.fc2`, hidden, channels),
  ];
}

/**
 * Self-attention within windows and two linear maps with a GELU between them, each added to what it gets: a block of the
 * Swin transformer (Liu et al., ICCV 2021) that neither shifts nor normalizes.
 * @param x [B, H, W, C], H and W multiples of the window.
 */
export function attendInWindows(weights: TensorWeights, block: WindowBlock, x: tf.Tensor4D): tf.Tensor4D {
  const attended = tf.add(
    x,
    mergeWindows(attention(weights, block, splitWindows(x, block.window)), x.shape, block.window),
  );
  const hidden = gelu(linearOf(weights, `${block.key}.mlp.fc1`, attended));
  return tf.add(attended, linearOf(weights, `${block.key}.mlp.fc2`, hidden));
}

function linearOf(weights: TensorWeights, key: string, x: tf.Tensor): tf.Tensor {
  return linear(x, weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`));
}

function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** [B, H, W, C] to [windows, places, C]. */
function splitWindows(x: tf.Tensor4D, window: number): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const parts = tf.reshape(x, [batch, height / window, window, width / window, window, channels]);
  return tf.reshape(tf.transpose(parts, [0, 1, 3, 2, 4, 5]), [-1, window * window, channels]);
}

function mergeWindows(
  windows: tf.Tensor,
  [batch, height, width, channels]: readonly [number, number, number, number],
  window: number,
): tf.Tensor4D {
  const parts = tf.reshape(windows, [batch, height / window, width / window, window, window, channels]);
  return tf.reshape(tf.transpose(parts, [0, 1, 3, 2, 4, 5]), [batch, height, width, channels]);
}

function attention(weights: TensorWeights, { key, channels, heads, window }: WindowBlock, x: tf.Tensor3D): tf.Tensor {
  const [windows, places] = x.shape;
  const size = channels / heads;
  const parts = tf.reshape(linearOf(weights, `${key}.attn.qkv`, x), [windows, places, 3, heads, size]);
  const [query, keys, values] = tf
    .split(tf.transpose(parts, [2, 0, 3, 1, 4]), 3, 0)
    .map((part) => tf.reshape(part, [windows * heads, places, size])) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const products = tf.matMul(tf.mul(query, size ** -0.5) as tf.Tensor3D, keys, false, true);
  const table = weightOf(weights, `${key}.attn.relative_position_bias_table`);
  const bias = tf.transpose(tf.gather(table, relativePositions(window)), [1, 0]);
  const scores = tf.add(
    tf.reshape(products, [windows, heads, places, places]),
    tf.reshape(bias, [1, heads, places, places]),
  );
  const shares = tf.reshape(tf.softmax(scores), [windows * heads, places, places]) as tf.Tensor3D;
  const mixed = tf.reshape(tf.matMul(shares, values), [windows, heads, places, size]);
  return linearOf(
    weights,
    `${key}.attn.proj`,
    tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [windows, places, channels]),
  );
}

/** For each pair of places in a window, row by row, the row of the bias table that their offset has. */
function relativePositions(window: number): tf.Tensor1D {
  const places = window * window;
  const indices = Int32Array.from({ length: places * places }, (_, i) => {
    const [from, to] = [Math.floor(i / places), i % places];
    const dy = Math.floor(from / window) - Math.floor(to / window) + window - 1;
    const dx = (from % window) - (to % window) + window - 1;
    return dy * (2 * window - 1) + dx;
  });
  return tf.tensor1d(indices, 'int32');
}
