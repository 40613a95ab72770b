import { ConfigError, type Frame, type HostTensor, ShapeError } from '@vosvfi/core';
import { frameTensor } from '../frame-tensor.js';
import { type GivenObjects, givenObjects } from '../given-objects.js';
import { backgroundOnly, type FrameSize, largestLabel, reorderChannels } from '../label-map.js';
import { mergeGiven } from '../merge-given.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation } from '../video-segmenter.js';
import { extendHidden, type FrameGraph } from './frame-graph.js';
import { compete, masksToTell, withBackgroundChannel, withNewObjects } from './object-slots.js';

/** Size, numbering and description of a video's frames. */
class FrameCounter {
  #size: FrameSize | undefined;
  #index = 0;

  get index(): number {
    return this.#index;
  }

  /** @throws ShapeError unless the frame is of the video's size. */
  admit({ width, height, data }: Frame): void {
    const subject = `frame ${this.#index} of the video`;
    const size = this.#size ?? { width, height };
    if (width !== size.width || height !== size.height) {
      throw new ShapeError(subject, `${size.width} x ${size.height} as the first frame`, `${width} x ${height}`);
    }
    if (data.length !== width * height * 3) {
      throw new ShapeError(subject, `${width * height * 3} values`, `${data.length}`);
    }
    this.#size = size;
  }

  /** @param probabilities [H, W, K + 1], objects in the order of `slots`. */
  describe(probabilities: HostTensor, slots: readonly number[]): SegmentedFrame {
    const labels = [...slots].sort((a, b) => a - b);
    const sorted = reorderChannels(probabilities, [0, ...labels.map((label) => slots.indexOf(label) + 1)]);
    const index = this.#index;
    this.#index += 1;
    return { index, mask: largestLabel(sorted, labels), probabilities: sorted, labels };
  }

  reset(): void {
    this.#size = undefined;
    this.#index = 0;
  }
}

/** Objects that are given and followed. */
export class OneShotSegmentation implements VideoSegmentation {
  readonly #graph: FrameGraph;
  readonly #maxObjects: number;
  readonly #frames = new FrameCounter();
  #slots: readonly number[] = [];
  /** [1, H, W, K]: the objects in the frame before. */
  #masks: HostTensor | undefined;
  #hidden: readonly HostTensor[] | undefined;

  constructor(graph: FrameGraph, maxObjects: number) {
    this.#graph = graph;
    this.#maxObjects = maxObjects;
  }

  async step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame> {
    this.#frames.admit(frame);
    const objects = givenObjects(given, frame, this.#frames.index);
    if (objects !== undefined) this.#take(objects);
    if (this.#masks === undefined) return this.#frames.describe(backgroundOnly(frame), []);
    const { masks, hidden } = await this.#graph.run(frameTensor(frame), this.#slots.length, this.#masks, this.#hidden);
    const found =
      objects === undefined
        ? masks
        : mergeGiven(objects, { probabilities: withBackgroundChannel(masks), labels: this.#slots }, this.#slots);
    this.#masks = found;
    this.#hidden = hidden;
    return this.#frames.describe(compete(found), this.#slots);
  }

  reset(): void {
    this.#frames.reset();
    this.#slots = [];
    this.#masks = undefined;
    this.#hidden = undefined;
  }

  #take(objects: GivenObjects): void {
    const slots = withNewObjects(this.#slots, objects.labels, this.#maxObjects);
    this.#masks = masksToTell(objects, this.#masks, slots);
    if (this.#hidden !== undefined && slots.length > this.#slots.length) {
      this.#hidden = extendHidden(this.#hidden, slots.length);
    }
    this.#slots = slots;
  }
}

/** Objects that the network finds: label t + 1 is the decoder's slot t. */
export class ZeroShotSegmentation implements VideoSegmentation {
  readonly #graph: FrameGraph;
  readonly #labels: readonly number[];
  readonly #frames = new FrameCounter();
  #hidden: readonly HostTensor[] | undefined;

  constructor(graph: FrameGraph, maxObjects: number) {
    this.#graph = graph;
    this.#labels = Array.from({ length: maxObjects }, (_, slot) => slot + 1);
  }

  async step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame> {
    if (given !== undefined) {
      throw new ConfigError('given', 'expected no masks: a zero-shot network finds its objects by itself.', {
        hint: 'Use the one-shot network to follow given objects.',
      });
    }
    this.#frames.admit(frame);
    const { masks, hidden } = await this.#graph.run(frameTensor(frame), this.#labels.length, undefined, this.#hidden);
    this.#hidden = hidden;
    return this.#frames.describe(compete(masks), this.#labels);
  }

  reset(): void {
    this.#frames.reset();
    this.#hidden = undefined;
  }
}
