import { ShapeError } from '@vosvfi/core';
import { type Network, type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { constantValues, convolutionParameters, convolve } from './convolutions.js';
import type { PairInputs, PairOutputs } from './pair-metric.js';
import { spatialMean } from './spatial-sum.js';
import { attendInWindows, type WindowBlock, windowBlockParameters } from './window-attention.js';

/** Frames of a clip. */
export const VFIPS_FRAMES = 12;
/** Smallest height and width: the coarsest features are then 3x3, the least that can be mirrored to a whole window. */
const smallestVfipsFrame = 65;

const stages = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth'] as const;
const stageChannels = [3, 16, 32, 64, 96, 128, 192] as const;
/** The last stage is in the checkpoint, but nothing looks at it. */
const usedStages = 5;
const width = 32;
const window = 4;
const slope = 0.1;
/** Mean and deviation of ImageNet in -1..1, as LPIPS rounds them. */
const shift = [-0.03, -0.088, -0.188];
const scale = [0.458, 0.448, 0.45];

function blockOf(stage: number): WindowBlock {
  const key = `net.merge_layers.${stage}.layers.0.residual_group.blocks.0`;
  return { key, channels: width, heads: 2, window, hidden: 2 * width };
}

function parametersOf(): ParameterSpec[] {
  const extractor = stages.flatMap((stage, i) => [
    ...convolutionParameters(`net.moduleExtractor.module${stage}.0`, stageChannels[i]!, stageChannels[i + 1]!, 3),
    ...convolutionParameters(`net.moduleExtractor.module${stage}.2`, stageChannels[i + 1]!, stageChannels[i + 1]!, 3),
  ]);
  const merging = Array.from({ length: usedStages }, (_, i) => [
    ...convolutionParameters(`net.merge_layers.${i}.conv_first`, VFIPS_FRAMES * 3 * stageChannels[i + 1]!, width, 3),
    ...windowBlockParameters(blockOf(i)),
    ...convolutionParameters(`net.merge_layers.${i}.conv_after_body`, width, width, 3),
  ]).flat();
  const heads = Array.from({ length: usedStages }, (_, i) => ({
    key: `lins.${i}.model.1.weight`,
    shape: [1, width, 1, 1],
    trainable: false,
    init: constantValues(width, 1 / width),
  }));
  return [...extractor, ...merging, ...heads];
}

/**
 * VFIPS: how different two clips of 12 frames look, by features of the frames at five scales and a transformer over their
 * differences. What the released network gives is higher for worse clips and has no fixed range; papers report it
 * transformed in ways they do not state.
 *
 * Inputs are clips [12, H, W, 3] RGB 0..1, H and W at least 65; `score` and `layers` (the five scales) have a batch of one.
 * Keys are those of the released checkpoint `eccv_ms_multiscale_v33`.
 *
 * Source: Hou et al., "A Perceptual Quality Metric for Video Frame Interpolation", ECCV 2022.
 */
export function createVfips(): Network<Record<string, never>, PairInputs, PairOutputs> {
  return {
    id: 'vfips',
    config: {},
    parameters: parametersOf(),
    forward: (weights, { reference, distorted }) => {
      requireClip(reference);
      requireClip(distorted);
      const normalized = tf.div(tf.sub(tf.sub(tf.mul(tf.concat([reference, distorted], 0), 2), 1), shift), scale);
      const layers = extract(weights, normalized as tf.Tensor4D).map((features, stage) => {
        const [a, b] = tf.split(unitLength(features), 2, 0) as [tf.Tensor4D, tf.Tensor4D];
        const merged = merge(weights, stage, tf.concat([a, b, tf.abs(tf.sub(a, b)) as tf.Tensor4D], 3));
        const head = tf.reshape(weightOf(weights, `lins.${stage}.model.1.weight`), [1, 1, 1, width]);
        return tf.reshape(spatialMean(tf.sum(tf.mul(merged, head), 3, true)), [1, 1]);
      });
      const parts = tf.concat(layers, 1);
      return { score: tf.sum(parts, 1), layers: parts };
    },
  };
}

function requireClip({ shape }: tf.Tensor): void {
  const [frames, height, columns, channels] = shape;
  const fits = frames === VFIPS_FRAMES && channels === 3 && Math.min(height!, columns!) >= smallestVfipsFrame;
  if (fits && shape.length === 4) return;
  throw new ShapeError('clip for VFIPS', `[12, H, W, 3] with H and W of at least ${smallestVfipsFrame}`, shape);
}

function extract(weights: TensorWeights, frames: tf.Tensor4D): tf.Tensor4D[] {
  const features: tf.Tensor4D[] = [];
  let current = frames;
  for (const stage of stages.slice(0, usedStages)) {
    const key = `net.moduleExtractor.module${stage}`;
    const halved = tf.leakyRelu(convolve(weights, `${key}.0`, current, { stride: 2, padding: 1 }), slope);
    current = tf.leakyRelu(convolve(weights, `${key}.2`, halved, { padding: 1 }), slope);
    features.push(current);
  }
  return features;
}

function unitLength(features: tf.Tensor4D): tf.Tensor4D {
  return tf.div(features, tf.add(tf.sqrt(tf.sum(tf.square(features), 3, true)), 1e-10));
}

/** [12, H, W, 3 C] of a clip's frames to [1, H, W, 32]. */
function merge(weights: TensorWeights, stage: number, clip: tf.Tensor4D): tf.Tensor4D {
  const [frames, height, columns, channels] = clip.shape;
  const stacked = tf.reshape(tf.transpose(clip, [1, 2, 0, 3]), [1, height, columns, frames * channels]);
  const key = `net.merge_layers.${stage}`;
  const padded = mirrorToWindows(mirrorToWindows(stacked as tf.Tensor4D, 1), 2);
  const shallow = convolve(weights, `${key}.conv_first`, padded, { padding: 1 });
  const attended = attendInWindows(weights, blockOf(stage), shallow);
  const merged = convolve(weights, `${key}.conv_after_body`, attended, { padding: 1 });
  return tf.slice(merged, [0, 0, 0, 0], [1, height, columns, width]);
}

/** Mirrors the end of an axis, its last sample not repeated, until whole windows fit. */
function mirrorToWindows(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const extent = x.shape[axis];
  const missing = (window - (extent % window)) % window;
  const sample = (index: number): tf.Tensor4D => {
    const [begin, size] = [[0, 0, 0, 0], [...x.shape]];
    begin[axis] = index;
    size[axis] = 1;
    return tf.slice(x, begin, size) as tf.Tensor4D;
  };
  const mirrored = Array.from({ length: missing }, (_, i) => sample(extent - 2 - i));
  return missing === 0 ? x : tf.concat([x, ...mirrored], axis);
}
