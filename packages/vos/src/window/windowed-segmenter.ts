import { ConfigError, type Frame, type HostTensor, type Mask, ShapeError } from '@vosvfi/core';
import { labelsIn } from '../given-objects.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation, VideoSegmenter } from '../video-segmenter.js';
import { cutFrame, cutMask, cutProbabilities, pasteProbabilities } from './resample.js';
import { followingWindow, type Window, type WindowRules, wholePicture, windowAround } from './window.js';

/** Options of {@link createWindowedSegmenter}. */
export interface WindowOptions {
  /** Shorter side at which the network sees the window, pixels. Default 240. Smaller pictures are not enlarged. */
  readonly shortSide?: number;
  /** Objects take up at most this share of the window's sides, in (0, 1]. Default 0.5. */
  readonly fill?: number;
  /** The window has at least this share of the picture's sides, in (0, 1]. Default 0.25. */
  readonly smallest?: number;
}

/**
 * A segmenter whose network sees a window around the objects, always at one size, so that small objects are seen larger, and
 * what lies far away cannot be taken for them. The window is given by where the objects were in the frame before: what
 * moves by more than about its own size from one frame to the next is lost, and without any object in sight the window
 * grows to the whole picture again. Meant for small networks, which see one size of objects best.
 *
 * @param segmenter Taken over: disposed with this one.
 * @throws ConfigError for an option out of range.
 */
export function createWindowedSegmenter(segmenter: VideoSegmenter, options: WindowOptions = {}): VideoSegmenter {
  const { shortSide = 240, fill = 0.5, smallest = 0.25 } = options;
  if (!Number.isInteger(shortSide) || shortSide < 16) {
    throw new ConfigError('shortSide', `expected a whole number from 16 on, found ${shortSide}.`);
  }
  for (const [name, value] of Object.entries({ fill, smallest })) {
    if (!(value > 0 && value <= 1)) throw new ConfigError(name, `expected a share in (0, 1], found ${value}.`);
  }
  return {
    id: `${segmenter.id}, in a window of ${shortSide} lines`,
    start: () => new WindowedSegmentation(segmenter.start(), { shortSide, fill, smallest }),
    dispose: () => segmenter.dispose(),
  };
}

class WindowedSegmentation implements VideoSegmentation {
  /** As the segmenter inside has it. */
  readonly amend?: (probabilities: HostTensor) => void;
  readonly #inner: VideoSegmentation;
  readonly #rules: WindowRules & { readonly shortSide: number };
  #size: { width: number; height: number } | undefined;
  /** Of the next frame. */
  #window: Window | undefined;
  /** Of the frame before. */
  #found: Mask | undefined;
  /** What the network saw of the frame before, and what is known there. */
  #seen: { readonly window: Window; readonly labels: readonly number[] } | undefined;
  #index = 0;

  constructor(inner: VideoSegmentation, rules: WindowRules & { readonly shortSide: number }) {
    this.#inner = inner;
    this.#rules = rules;
    if (inner.amend !== undefined) this.amend = (probabilities) => this.#amend(probabilities);
  }

  async step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame> {
    const size = this.#admit(frame);
    if (given !== undefined) this.#include(given.masks, size);
    const window = this.#window ?? wholePicture(size);
    const seen = this.#seenSize(size);
    const { probabilities: inside, labels } = await this.#inner.step(
      cutFrame(frame, window, seen),
      given && { masks: cutMask(given.masks, window, seen), labels: given.labels ?? labelsIn(given.masks) },
    );
    const probabilities = pasteProbabilities(inside, window, size);
    if (given !== undefined) restoreGiven(probabilities, labels, given);
    const mask = largestLabel(probabilities, labels);
    this.#seen = { window, labels };
    this.#follow(mask);
    const index = this.#index;
    this.#index += 1;
    return { index, mask, probabilities, labels };
  }

  /** Present only where the segmenter inside can be told. */
  #amend(probabilities: HostTensor): void {
    const { width, height } = this.#size ?? { width: 0, height: 0 };
    const expected = [height, width, (this.#seen?.labels.length ?? 0) + 1];
    if (this.#seen === undefined || expected.some((side, axis) => side !== probabilities.shape[axis])) {
      throw new ShapeError('amended probabilities', `[${expected.join(', ')}]`, `[${probabilities.shape.join(', ')}]`);
    }
    const { window, labels } = this.#seen;
    this.#inner.amend?.(cutProbabilities(probabilities, window, this.#seenSize({ width, height })));
    this.#follow(largestLabel(probabilities, labels));
  }

  /** Moves the window to where the objects are in the frame that was segmented last. */
  #follow(mask: Mask): void {
    const { window, labels } = this.#seen!;
    if (labels.length > 0) this.#window = followingWindow(mask, window, this.#rules);
    this.#found = mask;
  }

  reset(): void {
    this.#inner.reset();
    this.#seen = undefined;
    this.#size = undefined;
    this.#window = undefined;
    this.#found = undefined;
    this.#index = 0;
  }

  #admit({ width, height }: Frame): { width: number; height: number } {
    this.#size ??= { width, height };
    if (width !== this.#size.width || height !== this.#size.height) {
      const expected = `${this.#size.width} x ${this.#size.height} as the first frame`;
      throw new ShapeError(`frame ${this.#index} of the video`, expected, `${width} x ${height}`);
    }
    return this.#size;
  }

  /** Moves the window so that given objects are in it, besides those that were found. */
  #include(masks: Mask, { width, height }: { width: number; height: number }): void {
    if (masks.width !== width || masks.height !== height) {
      const expected = `${width} x ${height} as the first frame`;
      throw new ShapeError(`given masks of frame ${this.#index}`, expected, `${masks.width} x ${masks.height}`);
    }
    this.#window = windowAround(this.#found ? [masks, this.#found] : [masks], this.#rules);
  }

  #seenSize({ width, height }: { width: number; height: number }): { width: number; height: number } {
    const scale = Math.min(1, this.#rules.shortSide / Math.min(width, height));
    return { width: Math.round(width * scale), height: Math.round(height * scale) };
  }
}

/** Given labels are certain at full size: the window's size has cost them detail. */
function restoreGiven({ data }: HostTensor, labels: readonly number[], { masks, labels: defined }: GivenMasks): void {
  const given = defined ?? labelsIn(masks);
  const channels = labels.length + 1;
  masks.data.forEach((label, pixel) => {
    if (label === 255) return;
    const from = pixel * channels;
    const best = bestChannel(data, from, channels);
    const isGiven = best > 0 && given.includes(labels[best - 1]!);
    const right = label > 0 ? labels.indexOf(label) + 1 : isGiven ? 0 : best;
    if (right === best) return;
    for (let c = 0; c < channels; c++) data[from + c] = c === right ? 1 : 0;
  });
}

function bestChannel(data: HostTensor['data'], from: number, channels: number): number {
  let best = 0;
  for (let c = 1; c < channels; c++) if (data[from + c]! > data[from + best]!) best = c;
  return best;
}

/** The most probable label at each pixel; background, then the smaller label of equal ones. */
function largestLabel({ data, shape }: HostTensor, labels: readonly number[]): Mask {
  const [height, width, channels] = shape as [number, number, number];
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const best = bestChannel(data, pixel * channels, channels);
    mask[pixel] = best === 0 ? 0 : labels[best - 1]!;
  }
  return { data: mask, width, height };
}
