import { type Frame, type HostTensor, ShapeError, type TensorData } from '@vosvfi/core';
import { framePixels } from '../frame-tensor.js';
import { type GivenObjects, givenObjects } from '../given-objects.js';
import { backgroundOnly, type FrameSize, largestLabel, reorderChannels } from '../label-map.js';
import { mergeGiven, needsPrediction } from '../merge-given.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation } from '../video-segmenter.js';
import { MemoryBank } from './memory-bank.js';
import type { StcnMemoryPolicy } from './memory-policy.js';
import type { EncodedFrame, PropagationGraphs } from './propagation-graphs.js';
import { addPadding, removePadding } from './remove-padding.js';

/** A frame that STCN segmented. */
export interface StcnSegmentedFrame extends SegmentedFrame {
  /** Cells of memory that could be read for this frame, summed over groups of objects; 0 if nothing was read. */
  readonly memoryCells: number;
}

/** Objects on their way through one video, followed by STCN. */
export interface StcnVideoSegmentation extends VideoSegmentation {
  step(frame: Frame, given?: GivenMasks): Promise<StcnSegmentedFrame>;
}

/** Objects that were first given at the same frame, with their memory, which starts there. */
interface ObjectGroup {
  readonly labels: readonly number[];
  /** Made when the first frame is remembered. */
  bank?: MemoryBank;
}

/** The frame before the current one, which is remembered only when another one follows: the last one never is. */
interface PendingFrame {
  readonly index: number;
  readonly isGiven: boolean;
  readonly image: HostTensor;
  readonly encoded: EncodedFrame;
  /** [1, H', W', K + 1] at the padded size, objects in the order of groups. */
  readonly probabilities: HostTensor;
}

/** The memory policy at work: one video, step by step. */
export class PolicySegmentation implements StcnVideoSegmentation {
  readonly #graphs: PropagationGraphs;
  readonly #policy: Required<StcnMemoryPolicy>;
  #size: FrameSize | undefined;
  #index = 0;
  #groups: ObjectGroup[] = [];
  #pending: PendingFrame | undefined;
  /** The last frame that is remembered for good. */
  #lastPermanent = 0;
  /** Arrays of the image and of the encoded frame, used again for every frame: only one is needed at a time. */
  #image = new Float32Array();
  #encoded: Record<string, TensorData> | undefined;

  constructor(graphs: PropagationGraphs, policy: Required<StcnMemoryPolicy>) {
    this.#graphs = graphs;
    this.#policy = policy;
  }

  async step(frame: Frame, given?: GivenMasks): Promise<StcnSegmentedFrame> {
    this.#admit(frame);
    const index = this.#index;
    const objects = givenObjects(given, frame, index);
    if (objects === undefined && this.#groups.length === 0) return this.#describe(backgroundOnly(frame), 0);
    if (this.#pending !== undefined) await this.#remember(this.#pending);
    const image = framePixels(frame, this.#image);
    const encoded = await this.#graphs.encode(image, this.#encoded);
    this.#encoded ??= Object.fromEntries(Object.entries(encoded).map(([name, { data }]) => [name, data]));
    const isRead = objects === undefined || needsPrediction(objects, this.#labels());
    const cells = isRead ? this.#cells() : 0;
    const predicted = isRead ? await this.#predict(encoded) : undefined;
    const probabilities = objects === undefined ? predicted! : await this.#take(objects, predicted);
    this.#pending = { index, isGiven: objects !== undefined, image, encoded, probabilities };
    return this.#describe(removePadding(probabilities, frame), cells);
  }

  amend(probabilities: HostTensor): void {
    const known = this.#labels();
    const expected = [this.#size?.height, this.#size?.width, known.length + 1];
    if (this.#pending === undefined || expected.some((side, axis) => side !== probabilities.shape[axis])) {
      throw new ShapeError('amended probabilities', `[${expected.join(', ')}]`, `[${probabilities.shape.join(', ')}]`);
    }
    const sorted = [...known].sort((a, b) => a - b);
    const inGroups = reorderChannels(probabilities, [0, ...known.map((label) => sorted.indexOf(label) + 1)]);
    this.#pending = { ...this.#pending, probabilities: addPadding(inGroups) };
  }

  reset(): void {
    this.#size = undefined;
    this.#index = 0;
    this.#groups = [];
    this.#pending = undefined;
    this.#encoded = undefined;
  }

  #admit({ width, height, data }: Frame): void {
    this.#size ??= { width, height };
    const { width: expectedWidth, height: expectedHeight } = this.#size;
    if (width !== expectedWidth || height !== expectedHeight) {
      const expected = `${expectedWidth} x ${expectedHeight} as the first frame`;
      throw new ShapeError(`frame ${this.#index} of the video`, expected, `${width} x ${height}`);
    }
    const size = width * height * 3;
    if (data.length !== size)
      throw new ShapeError(`frame ${this.#index} of the video`, `${size} values`, `${data.length}`);
    if (this.#image.length !== size) this.#image = new Float32Array(size);
  }

  /** Labels in the order of groups. */
  #labels(): number[] {
    return this.#groups.flatMap(({ labels }) => labels);
  }

  /** Remembers a frame if the policy has it so. Groups that begin with it get their memory. */
  async #remember({ index, isGiven, image, encoded, probabilities }: PendingFrame): Promise<void> {
    const { memoryEvery, includeLast, maxMemoryFrames } = this.#policy;
    const isPermanent = isGiven || index - this.#lastPermanent >= memoryEvery;
    if (!isPermanent && !includeLast) return;
    if (isPermanent) this.#lastPermanent = index;
    const [, cells, keyChannels] = encoded.keys.shape as [number, number, number];
    const valueChannels = encoded.f16Thin.shape[1]!;
    const slots = this.#groups.map((group) => {
      const shape = { cells, keyChannels, valueChannels, objects: group.labels.length };
      group.bank ??= new MemoryBank(shape, maxMemoryFrames ?? Number.POSITIVE_INFINITY);
      return group.bank.add({ index, isGiven, isTemporary: !isPermanent });
    });
    for (const { keys } of slots) keys.set(encoded.keys.data);
    const values = slots.flatMap((slot) => slot.values);
    await this.#graphs.remember(image, encoded, probabilities, values);
  }

  #cells(): number {
    return this.#groups.reduce((sum, { bank }) => sum + (bank?.cells ?? 0), 0);
  }

  async #predict(encoded: EncodedFrame): Promise<HostTensor> {
    const readings: HostTensor[] = [];
    for (const { bank } of this.#groups) readings.push(...(await this.#graphs.read(bank!.read(), encoded)));
    return this.#graphs.decode(readings, encoded);
  }

  /** Probabilities of all objects where some are given; those that are new become known. */
  async #take(objects: GivenObjects, predicted: HostTensor | undefined): Promise<HostTensor> {
    const known = this.#labels();
    const added = objects.labels.filter((label) => !known.includes(label));
    const prediction =
      predicted === undefined ? undefined : { probabilities: removePadding(predicted, objects.mask), labels: known };
    const masks = mergeGiven(objects, prediction, [...known, ...added]);
    const probabilities = await this.#graphs.aggregate(masks);
    if (added.length > 0) this.#groups.push({ labels: added });
    return probabilities;
  }

  /** @param probabilities [H, W, K + 1], objects in the order of groups. */
  #describe(probabilities: HostTensor, memoryCells: number): StcnSegmentedFrame {
    const known = this.#labels();
    const labels = [...known].sort((a, b) => a - b);
    const sorted = reorderChannels(probabilities, [0, ...labels.map((label) => known.indexOf(label) + 1)]);
    const index = this.#index;
    this.#index += 1;
    return { index, mask: largestLabel(sorted, labels), probabilities: sorted, labels, memoryCells };
  }
}
