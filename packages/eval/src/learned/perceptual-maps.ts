import { maxPool2d } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { alexnetChannels, alexnetFeatures, alexnetParameters } from './alexnet.js';
import { constantValues } from './convolutions.js';
import { squeezenetChannels, squeezenetFeatures, squeezenetParameters } from './squeezenet.js';
import { vgg16Channels, vgg16Features, vgg16Parameters } from './vgg16.js';

/** Image classifiers whose features LPIPS compares. */
export type LpipsBackbone = 'alex' | 'squeeze' | 'vgg';

interface Backbone {
  readonly channels: readonly number[];
  readonly parameters: readonly ParameterSpec[];
  /** Smallest height and width. */
  readonly smallest: number;
  readonly features: (weights: TensorWeights, x: tf.Tensor) => tf.Tensor4D[];
}

const backbones: Readonly<Record<LpipsBackbone, Backbone>> = {
  alex: { channels: alexnetChannels, parameters: alexnetParameters, smallest: 31, features: alexnetFeatures },
  squeeze: {
    channels: squeezenetChannels,
    parameters: squeezenetParameters,
    smallest: 17,
    features: squeezenetFeatures,
  },
  vgg: {
    channels: vgg16Channels,
    parameters: vgg16Parameters,
    smallest: 16,
    features: (weights, x) => vgg16Features(weights, x, (features) => maxPool2d(features, { kernel: 2 })),
  },
};

/** Mean and deviation of ImageNet in -1..1, as the authors rounded them. */
const shift = [-0.03, -0.088, -0.188];
const scale = [0.458, 0.448, 0.45];

/** Smallest height and width of frames that a backbone takes. */
export function smallestFrame(backbone: LpipsBackbone): number {
  return backbones[backbone].smallest;
}

/** The backbone's parameters with torchvision's keys, then the heads `lin{i}.model.1.weight` [1, C, 1, 1]. */
export function perceptualParameters(backbone: LpipsBackbone): ParameterSpec[] {
  const { channels, parameters } = backbones[backbone];
  const heads = channels.map((count, i) => ({
    key: `lin${i}.model.1.weight`,
    shape: [1, count, 1, 1],
    trainable: false,
    init: constantValues(count, 1 / count),
  }));
  return [...parameters, ...heads];
}

/**
 * For each layer that LPIPS compares, how much two pictures differ at each place: features of unit length along the
 * channels, their squared difference, weighted by the layer's head.
 *
 * @param weights Of {@link perceptualParameters}.
 * @param reference [B, H, W, 3] RGB 0..1.
 * @param distorted The same shape.
 * @returns [B, h, w, 1] for each layer, at least 0 with the official heads.
 */
export function perceptualMaps(
  backbone: LpipsBackbone,
  weights: TensorWeights,
  reference: tf.Tensor,
  distorted: tf.Tensor,
): tf.Tensor4D[] {
  const normalized = tf.div(tf.sub(tf.sub(tf.mul(tf.concat([reference, distorted], 0), 2), 1), shift), scale);
  return backbones[backbone].features(weights, normalized).map((features, i) => {
    const norm = tf.sqrt(tf.sum(tf.square(features), 3, true));
    const [a, b] = tf.split(tf.div(features, tf.add(norm, 1e-10)), 2, 0);
    const head = tf.reshape(weightOf(weights, `lin${i}.model.1.weight`), [1, 1, 1, -1]);
    return tf.sum(tf.mul(tf.square(tf.sub(a!, b!)), head), 3, true) as tf.Tensor4D;
  });
}
