import { linear } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve } from '../layers/convolution.js';

/**
 * Attention over channels, then over places (Woo et al., "CBAM: Convolutional block attention module", ECCV 2018).
 * @param x [B, H, W, C].
 * @returns The shape of `x`.
 */
export function blockAttention(weights: TensorWeights, key: string, x: tf.Tensor4D): tf.Tensor4D {
  const channels = channelGate(weights, `${key}.ChannelGate`, x);
  const pooled = tf.concat([tf.max(channels, 3, true), tf.mean(channels, 3, true)], 3);
  const places = tf.sigmoid(convolve(weights, `${key}.SpatialGate.spatial.conv`, pooled));
  return tf.mul(channels, places);
}

function channelGate(weights: TensorWeights, key: string, x: tf.Tensor4D): tf.Tensor4D {
  const perceptron = (pooled: tf.Tensor): tf.Tensor => {
    const hidden = tf.relu(
      linear(pooled, weightOf(weights, `${key}.mlp.1.weight`), weightOf(weights, `${key}.mlp.1.bias`)),
    );
    return linear(hidden, weightOf(weights, `${key}.mlp.3.weight`), weightOf(weights, `${key}.mlp.3.bias`));
  };
  const [batch, height, width, channels] = x.shape;
  const flat = tf.reshape(x, [batch, height * width, channels]);
  const gate = tf.sigmoid(tf.add(perceptron(tf.mean(flat, 1)), perceptron(tf.max(flat, 1))));
  return tf.mul(x, tf.reshape(gate, [batch, 1, 1, channels]));
}
