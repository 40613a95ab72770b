import {
  ConfigError,
  type Frame,
  type HostTensor,
  hostTensor,
  type Mask,
  ShapeError,
  type WeightMap,
} from '@vosvfi/core';
import { centredMargins } from '@vosvfi/ops';
import { stcnMultiple } from './config.js';
import { MemoryBank } from './memory-bank.js';
import type { StcnNetwork } from './network.js';
import { type EncodedFrame, type PropagationEngine, PropagationGraphs } from './propagation-graphs.js';

/** Which frames are remembered, and how memory is read; the defaults are the official ones. */
export interface PropagationPolicy {
  /** Frames whose index is a multiple of this are remembered, besides the first. Default 5. */
  readonly memoryEvery?: number;
  /** True to remember the frame before the current one as well, until the next. Default false. */
  readonly includeLast?: boolean;
  /** Cells of memory that each place reads; fewer where memory has fewer. Default 20. */
  readonly topK?: number;
}

/** Options of {@link createStcnPropagator}. */
export interface StcnPropagatorOptions extends PropagationPolicy, PropagationEngine {}

/** One frame of a propagation. */
export interface PropagatedFrame {
  readonly index: number;
  /** Labels of the first mask, 0 for background. */
  readonly mask: Mask;
  /** [H, W, K + 1]: probabilities of the background and of the K objects in the order of `labels`. */
  readonly probabilities: HostTensor;
  readonly labels: readonly number[];
  /** Cells of memory that were read for this frame; 0 for the first. */
  readonly memoryCells: number;
}

/** Frames one by one or all at once; all of one size. */
export type FrameSequence = AsyncIterable<Frame> | Iterable<Frame>;

/** Carries the masks of a first frame through sequences, one sequence at a time. */
export interface StcnPropagator {
  readonly id: string;
  /**
   * Masks of all frames, the first included, with the labels of `firstMask` (255 and 0 are background).
   * @throws ShapeError if a frame's size is not that of `firstMask`.
   */
  propagate(frames: FrameSequence, firstMask: Mask): Promise<Mask[]>;
  /** As {@link StcnPropagator.propagate}, frame by frame and with probabilities. A frame is read when it is asked for. */
  frames(frames: FrameSequence, firstMask: Mask): AsyncGenerator<PropagatedFrame, void, undefined>;
  /** Frees native memory. The propagator cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** Void in data sets' masks. */
const voidLabel = 255;

/**
 * A propagator with the memory policy of the official evaluation: the first frame, and every fifth one with its predicted
 * soft masks, are remembered for good, so memory grows with the sequence. Compiled functions are kept for the next sequence.
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range.
 */
export function createStcnPropagator(
  network: StcnNetwork,
  weights: WeightMap,
  options: StcnPropagatorOptions = {},
): StcnPropagator {
  const { memoryEvery = 5, includeLast = false, topK = 20, ...engine } = options;
  for (const [name, value] of Object.entries({ memoryEvery, topK })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError(name, `expected a positive integer, found ${value}.`);
    }
  }
  const graphs = new PropagationGraphs(network, weights, topK, engine);
  const policy = { memoryEvery, includeLast };
  return {
    id: network.id,
    frames: (frames, firstMask) => propagateFrames(graphs, policy, frames, firstMask),
    propagate: async (frames, firstMask) => {
      const masks: Mask[] = [];
      for await (const { mask } of propagateFrames(graphs, policy, frames, firstMask)) masks.push(mask);
      return masks;
    },
    dispose: () => graphs.dispose(),
  };
}

async function* propagateFrames(
  graphs: PropagationGraphs,
  { memoryEvery, includeLast }: Required<Omit<PropagationPolicy, 'topK'>>,
  frames: FrameSequence,
  firstMask: Mask,
): AsyncGenerator<PropagatedFrame, void, undefined> {
  const labels = labelsOf(firstMask);
  const describe = (index: number, padded: HostTensor, memoryCells: number): PropagatedFrame => {
    const probabilities = removePadding(padded, firstMask);
    return { index, mask: largestLabel(probabilities, labels), probabilities, labels, memoryCells };
  };
  const bank = new MemoryBank();
  let previous: { image: HostTensor; encoded: EncodedFrame; padded: HostTensor } | undefined;
  let index = 0;
  for await (const frame of frames) {
    const image = imageOf(frame, firstMask, index);
    if (labels.length === 0) {
      yield describe(index, backgroundOnly(firstMask), 0);
      index += 1;
      continue;
    }
    // A frame is remembered only when another one follows: the last one never is.
    const before = index - 1;
    if (previous !== undefined && (includeLast || before % memoryEvery === 0)) {
      const remembered = await graphs.remember(previous.image, previous.encoded, previous.padded);
      bank.add(remembered, before % memoryEvery !== 0);
    }
    const encoded = await graphs.encode(image);
    const memory = index === 0 ? undefined : bank.read();
    const padded =
      memory === undefined ? await graphs.aggregate(masksOf(firstMask, labels)) : await graphs.segment(memory, encoded);
    previous = { image, encoded, padded };
    yield describe(index, padded, memory?.keys.shape[1] ?? 0);
    index += 1;
  }
}

function labelsOf({ data }: Mask): number[] {
  return [...new Set(data)].filter((label) => label !== 0 && label !== voidLabel).sort((a, b) => a - b);
}

/** [1, H, W, 3] RGB 0..1. */
function imageOf({ data, width, height }: Frame, mask: Mask, index: number): HostTensor {
  if (width !== mask.width || height !== mask.height) {
    const expected = `${mask.width} x ${mask.height} as the first mask`;
    throw new ShapeError(`frame ${index} of the sequence`, expected, `${width} x ${height}`);
  }
  const pixels = data instanceof Float32Array ? data : Float32Array.from(data, (value) => value / 255);
  return hostTensor(pixels, [1, height, width, 3]);
}

/** [1, H, W, K], one channel for each label. */
function masksOf({ data, width, height }: Mask, labels: readonly number[]): HostTensor {
  const masks = new Float32Array(data.length * labels.length);
  data.forEach((label, pixel) => {
    const object = labels.indexOf(label);
    if (object >= 0) masks[pixel * labels.length + object] = 1;
  });
  return hostTensor(masks, [1, height, width, labels.length]);
}

function backgroundOnly({ width, height }: Mask): HostTensor {
  const { top, bottom, left, right } = centredMargins(height, width, stcnMultiple);
  const shape = [1, height + top + bottom, width + left + right, 1];
  return hostTensor(new Float32Array(shape[1]! * shape[2]!).fill(1), shape);
}

/** [1, H', W', C] at the padded size to [H, W, C]. */
function removePadding({ data, shape }: HostTensor, { width, height }: Mask): HostTensor {
  const { top, left } = centredMargins(height, width, stcnMultiple);
  const [paddedWidth, channels] = [shape[2]!, shape[3]!];
  const result = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const start = ((y + top) * paddedWidth + left) * channels;
    result.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return hostTensor(result, [height, width, channels]);
}

/** The label with the largest probability at each pixel; the earlier one (background first) of equal ones. */
function largestLabel({ data, shape }: HostTensor, labels: readonly number[]): Mask {
  const [height, width, channels] = shape as [number, number, number];
  const mask = new Uint8Array(height * width);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    let best = 0;
    for (let channel = 1; channel < channels; channel++) {
      if (data[pixel * channels + channel]! > data[pixel * channels + best]!) best = channel;
    }
    mask[pixel] = best === 0 ? 0 : labels[best - 1]!;
  }
  return { data: mask, width, height };
}
