import { type Frame, ShapeError } from '@vosvfi/core';
import { linear, resizeBilinear } from '@vosvfi/ops';
import { createCompiler, type Network, type ParameterSpec, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { requireFrame, roundHalfToEven } from '../metrics/samples.js';
import { constantValues, normalValues } from './convolutions.js';
import { frameTensor } from './frame-tensor.js';
import {
  type InceptionBlocks,
  inceptionResnetChannels,
  inceptionResnetFeatures,
  inceptionResnetParameters,
} from './inception-resnet.js';
import { networkWeights } from './network-weights.js';
import type { LearnedMetricOptions } from './pair-metric.js';

/** Marks that people gave: 1 to 10. */
const MARKS = 10;

/** Configuration of {@link createNima}. */
export interface NimaConfig {
  /** Residual cells; those of the checkpoint are 10, 20 and 9. */
  readonly blocks: InceptionBlocks;
  /** Side of the square that the network looks at, at least 75; 299 by default. */
  readonly side: number;
}

const officialConfig: NimaConfig = { blocks: [10, 20, 9], side: 299 };

/** Input of {@link createNima}. */
export interface NimaInputs {
  /** [B, H, W, 3] RGB 0..1, of any size. */
  readonly frames: tf.Tensor;
}

/** What {@link createNima} says. */
export interface NimaOutputs {
  /** [B], the mean mark. */
  readonly score: tf.Tensor;
  /** [B], the standard deviation of the marks. */
  readonly deviation: tf.Tensor;
  /** [B, 10], the share of each mark. */
  readonly distribution: tf.Tensor;
}

function classifierParameters(): ParameterSpec[] {
  const shape = [MARKS, inceptionResnetChannels];
  return [
    { key: 'classifier.2.weight', shape, trainable: false, init: normalValues(shape, 0.02) },
    { key: 'classifier.2.bias', shape: [MARKS], trainable: false, init: constantValues(MARKS, 0) },
  ];
}

/**
 * NIMA: what marks people would give a picture, seen alone; the mean is in 1..10, higher is better. The version that
 * pyiqa measures (Inception-ResNet-v2, trained on AVA) and so the one in the tables of VOS-VFI; the paper's own have other
 * networks and other numbers. Pictures are resized so that their short side has 299 pixels (bilinear, without
 * antialiasing, as torchvision does to tensors) and cut to the middle 299x299.
 *
 * Keys are those of pyiqa's checkpoint (`base_model.` and timm's names, `classifier.2`).
 *
 * Source: Talebi and Milanfar, "NIMA: Neural Image Assessment", TIP 2018.
 */
export function createNima(config = officialConfig): Network<NimaConfig, NimaInputs, NimaOutputs> {
  const { blocks, side } = config;
  return {
    id: 'nima',
    config,
    parameters: [...inceptionResnetParameters('base_model.', blocks), ...classifierParameters()],
    forward: (weights, { frames }) => {
      const normalized = tf.sub(tf.mul(middle(frames as tf.Tensor4D, side), 2), 1) as tf.Tensor4D;
      const features = tf.mean(inceptionResnetFeatures(weights, 'base_model.', blocks, normalized), [1, 2]);
      const [weight, bias] = [weightOf(weights, 'classifier.2.weight'), weightOf(weights, 'classifier.2.bias')];
      const distribution = tf.softmax(linear(features, weight, bias));
      const marks = tf.range(1, MARKS + 1);
      const score = tf.sum(tf.mul(distribution, marks), 1);
      const distance = tf.square(tf.sub(marks, tf.expandDims(score, 1)));
      return { score, deviation: tf.sqrt(tf.sum(tf.mul(distribution, distance), 1)), distribution };
    },
  };
}

/** The middle square of a picture whose short side is brought to `side` pixels. */
function middle(frames: tf.Tensor4D, side: number): tf.Tensor4D {
  const [batch, height, width] = frames.shape;
  const short = Math.min(height, width);
  const size = [height, width].map((extent) => Math.floor((side * extent) / short)) as [number, number];
  const resized = short === side ? frames : resizeBilinear(frames, size);
  const [top, left] = size.map((extent) => roundHalfToEven((extent - side) / 2)) as [number, number];
  return tf.slice(resized, [0, top, left, 0], [batch, side, side, 3]);
}

/** {@link createNima} as a metric of single frames. */
export interface FrameMetric {
  readonly id: string;
  /**
   * Mean mark of a frame and the marks' standard deviation.
   * @throws ShapeError for a frame smaller than 8x8; MediaError if it is not finite.
   */
  measure(frame: Frame): Promise<{ score: number; deviation: number }>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * {@link createNima}, or `network`, with weights.
 * @throws CheckpointError naming a weight that is missing or of another shape.
 */
export function createNimaMetric(
  { weights, engine, threads, sessions = 2 }: LearnedMetricOptions,
  network = createNima(),
): FrameMetric {
  const compiler = createCompiler({
    capacity: sessions,
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
  });
  const run = compiler.define(
    (inputs, tensors) => {
      const { score, deviation } = network.forward(tensors, { frames: inputs.frames! });
      return { score, deviation };
    },
    networkWeights(network, weights),
  );
  return {
    id: network.id,
    measure: async (frame) => {
      requireFrame('frame', frame);
      if (Math.min(frame.width, frame.height) < 8) {
        throw new ShapeError('frame for NIMA', 'at least 8x8 pixels', `${frame.width}x${frame.height}`);
      }
      const { score, deviation } = await run({ frames: frameTensor(frame) });
      return { score: score!.data[0]!, deviation: deviation!.data[0]! };
    },
    dispose: () => compiler.dispose(),
  };
}
