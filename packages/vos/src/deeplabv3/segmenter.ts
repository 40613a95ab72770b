import { ConfigError, type FloatTensor, type Frame, hostTensor, type Mask, type WeightMap } from '@vosvfi/core';
import { resample, resizeBilinear } from '@vosvfi/ops';
import { createCompiler, type EngineId, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { frameTensor } from '../frame-tensor.js';
import type { Deeplabv3Network } from './network.js';

/** How frames are segmented. */
export interface Deeplabv3SegmenterOptions {
  /**
   * Resize frames so that their shorter side has this many pixels, and the result back. Default: frames as they are. The
   * official preset is 520, see {@link deeplabv3ShorterSide}; VOS-VFI makes its masks without it.
   */
  readonly shorterSide?: number;
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Sizes of frames of which compiled functions are kept. Default 2. */
  readonly keptSizes?: number;
}

/** Shorter side of frames in torchvision's preset, at which the accuracy of its weights is given. */
export const deeplabv3ShorterSide = 520;

/** Classes of one frame's pixels. */
export interface SegmentedClasses {
  /** The most probable class of each pixel; 0 is the background. */
  readonly labels: Mask;
  /** [H, W]: probability in 0..1 that a pixel is not background. */
  readonly foreground: FloatTensor;
}

/** Segments single frames into classes. */
export interface Deeplabv3Segmenter {
  readonly id: string;
  /** Calls may overlap. */
  segment(frame: Frame): Promise<SegmentedClasses>;
  /** Frees native memory. Nothing can be segmented afterwards. */
  dispose(): Promise<void>;
}

/**
 * A segmenter with one compiled function for each size of frames.
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range, or a network of more classes than a mask can number.
 */
export function createDeeplabv3Segmenter(
  network: Deeplabv3Network,
  weights: WeightMap,
  { shorterSide, keptSizes = 2, ...engine }: Deeplabv3SegmenterOptions = {},
): Deeplabv3Segmenter {
  if (shorterSide !== undefined && (!Number.isInteger(shorterSide) || shorterSide < 8)) {
    throw new ConfigError('shorterSide', `expected a whole number of at least 8, found ${shorterSide}.`);
  }
  if (network.config.classes > 255) {
    throw new ConfigError('deeplabv3.classes', `expected at most 255, found ${network.config.classes}.`);
  }
  const compiler = createCompiler({ capacity: keptSizes, ...engine });
  const run = compiler.define(segmentWith(network, shorterSide), weights);
  return {
    id: network.id,
    segment: async (frame) => {
      const { width, height } = frame;
      const { labels, foreground } = await run({ frame: frameTensor(frame) });
      return {
        labels: { data: Uint8Array.from(labels!.data), width, height },
        foreground: hostTensor(foreground!.data as Float32Array, [height, width]),
      };
    },
    dispose: () => compiler.dispose(),
  };
}

function segmentWith(network: Deeplabv3Network, shorterSide: number | undefined): TensorFunction {
  return ({ frame }, weights) => {
    const [, height, width] = frame!.shape as [number, number, number, number];
    const seen = (shorterSide === undefined ? frame! : withShorterSide(frame!, shorterSide)) as tf.Tensor4D;
    const { logits } = network.forward(weights, { frame: seen });
    const full = shorterSide === undefined ? logits : resizeBilinear(logits, [height, width]);
    const background = tf.slice(tf.softmax(full, 3), [0, 0, 0, 0], [1, height, width, 1]);
    return { labels: tf.cast(tf.argMax(full, 3), 'int32'), foreground: tf.sub(1, background) };
  };
}

/** As torchvision resizes pictures: the longer side is rounded down, and pixels are averaged where the frame gets smaller. */
function withShorterSide(frame: tf.Tensor, shorterSide: number): tf.Tensor {
  const [, height, width] = frame.shape as [number, number, number, number];
  const longer = Math.floor((shorterSide * Math.max(height, width)) / Math.min(height, width));
  const size = height <= width ? ([shorterSide, longer] as const) : ([longer, shorterSide] as const);
  return resample(frame, size, { kernel: 'bilinear' });
}
