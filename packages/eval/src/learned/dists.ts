import { conv2d } from '@vosvfi/ops';
import { type Network, type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { constantValues } from './convolutions.js';
import type { PairInputs, PairOutputs } from './pair-metric.js';
import { spatialMean } from './spatial-sum.js';
import { vgg16Channels, vgg16Features, vgg16Parameters } from './vgg16.js';

const imagenetMean = [0.485, 0.456, 0.406];
const imagenetDeviation = [0.229, 0.224, 0.225];
/** c1 and c2 of the paper, equation 6 and 7. */
const epsilon = 1e-6;
/** Of the picture itself and of the five taps. */
const channels = [3, ...vgg16Channels];
const total = channels.reduce((sum, count) => sum + count, 0);

function mixture(key: string): ParameterSpec {
  return { key, shape: [1, total, 1, 1], trainable: false, init: constantValues(total, 0.1) };
}

/**
 * DISTS: how far structure and texture of two pictures are apart in VGG16's features; range 0 (equal) to about 1, lower
 * is better. Frames are RGB 0..1. The authors' command line first shrinks pictures whose short side is over 256 to 256
 * (bilinear, Pillow); this network measures what it is given.
 *
 * Weights are two official files together: torchvision's VGG16 (`features.0.weight`) and the authors' `alpha` and `beta`.
 * `layers` [B, 6] are the parts of `score` [B] that come from the picture itself and from VGG16's blocks. Each term is
 * computed as its distance from 1, (mx - my)^2 / (mx^2 + my^2 + c) and var(x - y) / (vx + vy + c), which in float32 keeps
 * the digits that 1 minus a number close to 1 loses.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", TPAMI 2020.
 */
export function createDists(): Network<Record<string, never>, PairInputs, PairOutputs> {
  return {
    id: 'dists',
    config: {},
    parameters: [...vgg16Parameters, mixture('alpha'), mixture('beta')],
    forward: (weights, { reference, distorted }) => {
      const both = tf.concat([reference, distorted], 0) as tf.Tensor4D;
      const normalized = tf.div(tf.sub(both, imagenetMean), imagenetDeviation);
      const stages = [both, ...vgg16Features(weights, normalized, l2Pool)];
      const [alpha, beta] = [mixtureOf(weights, 'alpha'), mixtureOf(weights, 'beta')];
      const whole = tf.add(tf.sum(alpha), tf.sum(beta));
      const layers = stages.map((stage, i) => {
        const { texture, structure } = distances(stage);
        const begin = channels.slice(0, i).reduce((sum, count) => sum + count, 0);
        const share = (mix: tf.Tensor2D): tf.Tensor => tf.div(tf.slice(mix, [0, begin], [1, channels[i]!]), whole);
        const weighted = tf.add(tf.mul(share(alpha), texture), tf.mul(share(beta), structure));
        return tf.sum(weighted, 1, true);
      });
      const parts = tf.concat(layers, 1);
      return { score: tf.sum(parts, 1), layers: parts };
    },
  };
}

function mixtureOf(weights: TensorWeights, key: string): tf.Tensor2D {
  return tf.reshape(weightOf(weights, key), [1, total]);
}

/** Root of the smoothed squares at every second place (Henaff and Simoncelli, 2016): pooling without aliasing. */
function l2Pool(x: tf.Tensor4D): tf.Tensor4D {
  const count = x.shape[3];
  const taps = tf.tensor2d([
    [1 / 16, 1 / 8, 1 / 16],
    [1 / 8, 1 / 4, 1 / 8],
    [1 / 16, 1 / 8, 1 / 16],
  ]);
  const kernel = tf.tile(tf.reshape(taps, [1, 1, 3, 3]), [count, 1, 1, 1]);
  const smoothed = conv2d(tf.square(x), kernel, undefined, { stride: 2, padding: 1, groups: count });
  return tf.sqrt(tf.add(smoothed, 1e-12)) as tf.Tensor4D;
}

/** Texture and structure of the two halves of a batch, as distances from 1: [B, C] each. */
function distances(stage: tf.Tensor4D): { texture: tf.Tensor; structure: tf.Tensor } {
  const means = spatialMean(stage);
  const centred = tf.sub(stage, means);
  const [mx, my] = tf.split(tf.squeeze(means, [1, 2]), 2, 0) as [tf.Tensor, tf.Tensor];
  const [x, y] = tf.split(centred, 2, 0) as [tf.Tensor, tf.Tensor];
  const variance = (values: tf.Tensor): tf.Tensor => tf.squeeze(spatialMean(tf.square(values)), [1, 2]);
  const texture = tf.div(tf.square(tf.sub(mx, my)), tf.add(tf.add(tf.square(mx), tf.square(my)), epsilon));
  const structure = tf.div(variance(tf.sub(x, y)), tf.add(tf.add(variance(x), variance(y)), epsilon));
  return { texture, structure };
}
