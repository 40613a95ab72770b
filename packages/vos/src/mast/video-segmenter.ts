import { type Frame, type HostTensor, hostTensor, type Mask, ShapeError, type WeightMap } from '@vosvfi/core';
import { frameTensor } from '../frame-tensor.js';
import { type GivenObjects, givenObjects } from '../given-objects.js';
import { type FrameSize, largestLabel, reorderChannels } from '../label-map.js';
import { mergeGiven, needsPrediction } from '../merge-given.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation, VideoSegmenter } from '../video-segmenter.js';
import { type ColorizerOptions, colorizerDefaults } from './colorizer.js';
import { ColorizerGraphs, type MastEngine } from './colorizer-graphs.js';
import { joinGroups, labelPlanes } from './label-planes.js';
import type { MastNetwork } from './network.js';
import { checkReferences, isAnchor, type MastReferences, recentFrames, referenceFrames } from './reference-policy.js';

/** Options of {@link createMastVideoSegmenter}. */
export interface MastVideoSegmenterOptions extends ColorizerOptions, MastEngine {
  /** Default `all`. */
  readonly references?: MastReferences;
}

/**
 * MAST for videos, frame by frame, with the references of the official evaluation: labels are copied from hard masks,
 * predicted ones among them.
 *
 * - Frames are counted from the one where an object was given first. Objects given at the same frame for the first time form
 *   a group, which is copied from the frames since then: earlier ones say nothing about it. Groups are joined as
 *   `joinGroups` says. The official code has one group, of at most six objects; here any number is possible.
 * - Objects that are given again are corrected, and the last frame where that happened stays a reference too.
 * - An object that is given without a pixel (by `labels`) is known and cannot be seen. Given masks without any object are
 *   as if nothing had been given. At void pixels (255), known objects are predicted and new ones are not there.
 *
 * Memory is that of the network and of at most eight frames' features (featureChannels x H/4 x W/4 numbers each),
 * whatever the length of the video.
 *
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range.
 */
export function createMastVideoSegmenter(
  network: MastNetwork,
  weights: WeightMap,
  options: MastVideoSegmenterOptions = {},
): VideoSegmenter {
  const {
    references = 'all',
    radius,
    searchAge,
    offsets,
    alignCorners,
    ...engine
  } = { ...colorizerDefaults, ...options };
  const policy = checkReferences(references);
  const graphs = new ColorizerGraphs(network, weights, { radius, searchAge, offsets, alignCorners }, engine);
  return {
    id: `${network.id}, references ${policy}`,
    start: () => new MastVideoSegmentation(graphs, policy),
    dispose: () => graphs.dispose(),
  };
}

/** A frame that labels can be copied from. */
interface KnownFrame {
  readonly index: number;
  readonly features: HostTensor;
  readonly mask: Mask;
}

/** Objects that were first given at the same frame. */
interface ObjectGroup {
  readonly start: number;
  readonly labels: readonly number[];
  /** Where they were corrected last. */
  corrected?: number;
}

class MastVideoSegmentation implements VideoSegmentation {
  readonly #graphs: ColorizerGraphs;
  readonly #references: MastReferences;
  #size: FrameSize | undefined;
  #index = 0;
  #groups: ObjectGroup[] = [];
  #known = new Map<number, KnownFrame>();

  constructor(graphs: ColorizerGraphs, references: MastReferences) {
    this.#graphs = graphs;
    this.#references = references;
  }

  async step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame> {
    this.#admit(frame);
    const index = this.#index;
    const objects = givenObjects(given, frame, index);
    if (objects === undefined && this.#groups.length === 0) return this.#describe(backgroundOnly(frame));
    const features = await this.#graphs.encode(frameTensor(frame));
    const isRead = objects === undefined || needsPrediction(objects, this.#labels());
    const predicted = isRead ? await this.#predict(features, frame) : undefined;
    const probabilities = objects === undefined ? (predicted as HostTensor) : this.#take(objects, predicted);
    const segmented = this.#describe(probabilities);
    this.#known.set(index, { index, features, mask: segmented.mask });
    this.#forget();
    return segmented;
  }

  reset(): void {
    this.#size = undefined;
    this.#index = 0;
    this.#groups = [];
    this.#known.clear();
  }

  #admit({ width, height, data }: Frame): void {
    this.#size ??= { width, height };
    const { width: expectedWidth, height: expectedHeight } = this.#size;
    const subject = `frame ${this.#index} of the video`;
    if (width !== expectedWidth || height !== expectedHeight) {
      throw new ShapeError(subject, `${expectedWidth} x ${expectedHeight} as the first frame`, `${width} x ${height}`);
    }
    if (data.length !== width * height * 3) {
      throw new ShapeError(subject, `${width * height * 3} values`, `${data.length}`);
    }
  }

  /** Labels in the order of groups. */
  #labels(): number[] {
    return this.#groups.flatMap(({ labels }) => labels);
  }

  /** Probabilities [H, W, K + 1], objects in the order of groups. */
  async #predict(query: HostTensor, { height, width }: FrameSize): Promise<HostTensor> {
    const parts: HostTensor[] = [];
    for (const group of this.#groups) {
      const references = this.#framesFor(group).map(({ index, features, mask }) => ({
        features,
        values: labelPlanes(mask, group.labels),
        age: this.#index - index,
      }));
      parts.push(await this.#graphs.enlarge(await this.#graphs.colorize(query, references), height, width));
    }
    return joinGroups(parts);
  }

  #framesFor({ start, corrected }: ObjectGroup): KnownFrame[] {
    const frames = referenceFrames(this.#references, this.#index - start).map((frame) => frame + start);
    const indices = new Set(corrected === undefined ? frames : [...frames, corrected]);
    return [...indices].sort((a, b) => a - b).map((index) => this.#known.get(index) as KnownFrame);
  }

  /** Probabilities of all objects where some are given; those that are new become known. */
  #take(objects: GivenObjects, predicted: HostTensor | undefined): HostTensor {
    const known = this.#labels();
    for (const group of this.#groups) {
      if (group.labels.some((label) => objects.labels.includes(label))) group.corrected = this.#index;
    }
    const added = objects.labels.filter((label) => !known.includes(label));
    if (added.length > 0) this.#groups.push({ start: this.#index, labels: added });
    const prediction = predicted && { probabilities: predicted, labels: known };
    return withBackground(mergeGiven(objects, prediction, [...known, ...added]));
  }

  /** @param probabilities [H, W, K + 1], objects in the order of groups. */
  #describe(probabilities: HostTensor): SegmentedFrame {
    const known = this.#labels();
    const labels = [...known].sort((a, b) => a - b);
    const sorted = reorderChannels(probabilities, [0, ...labels.map((label) => known.indexOf(label) + 1)]);
    const index = this.#index;
    this.#index += 1;
    return { index, mask: largestLabel(sorted, labels), probabilities: sorted, labels };
  }

  /** Drops frames that no group will come back to. */
  #forget(): void {
    for (const index of this.#known.keys()) {
      const isNeeded =
        this.#index - index <= recentFrames ||
        this.#groups.some((group) => group.corrected === index || isAnchor(this.#references, index - group.start));
      if (!isNeeded) this.#known.delete(index);
    }
  }
}

/** [1, H, W, K] of objects to [H, W, K + 1]: the background is what they leave. */
function withBackground({ data, shape }: HostTensor): HostTensor {
  const [, height, width, objects] = shape as [number, number, number, number];
  const result = new Float32Array(height * width * (objects + 1));
  for (let pixel = 0; pixel < height * width; pixel++) {
    const start = pixel * (objects + 1);
    result[start] = 1;
    for (let object = 0; object < objects; object++) {
      const value = data[pixel * objects + object] as number;
      result[start + object + 1] = value;
      result[start] = Math.max(0, (result[start] as number) - value);
    }
  }
  return hostTensor(result, [height, width, objects + 1]);
}

function backgroundOnly({ width, height }: FrameSize): HostTensor {
  return hostTensor(new Float32Array(height * width).fill(1), [height, width, 1]);
}
