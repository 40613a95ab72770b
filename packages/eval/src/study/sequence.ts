import type { Frame, Mask } from '@vosvfi/core';
import type { TripletSample } from '@vosvfi/data';
import type { SequenceFiles } from '../sequences/find-sequences.js';
import { openSequence } from '../sequences/sequence-reader.js';
import { shrinkFactor, shrinkFrame, shrinkMask } from './shrink.js';

/** Frames that networks are tested on; every odd one that has a successor is made from its two neighbours. */
export interface TestSequence {
  readonly name: string;
  readonly length: number;
  /** False where nothing is known about objects. */
  readonly hasMasks: boolean;
  /** 8-bit frames, all of one size. */
  frame(index: number): Promise<Frame>;
  /** True labels of the frame, of its size. @throws where there are no masks. */
  mask(index: number): Promise<Mask>;
}

/** How a test sequence is made smaller. */
export interface TestSize {
  /** Pictures are shrunk by the smallest whole factor that brings their longer side to at most so many pixels. */
  readonly maxSide?: number | undefined;
}

/** A sequence in files. @throws MediaError if the first frame cannot be read. */
export async function openTestSequence(files: SequenceFiles, { maxSide }: TestSize = {}): Promise<TestSequence> {
  const reader = await openSequence(files);
  const factor = maxSide === undefined ? 1 : shrinkFactor(await reader.frame(0), maxSide);
  return {
    name: files.name,
    length: files.frames.length,
    hasMasks: files.masks !== null,
    frame: async (index) => shrinkFrame(await reader.frame(index), factor),
    mask: async (index) => shrinkMask(await reader.mask(index), factor),
  };
}

/** Frames in memory, without masks (a video's). */
export function sequenceOfFrames(name: string, frames: readonly Frame[], { maxSide }: TestSize = {}): TestSequence {
  const factor = maxSide === undefined || frames[0] === undefined ? 1 : shrinkFactor(frames[0], maxSide);
  return {
    name,
    length: frames.length,
    hasMasks: false,
    frame: async (index) => shrinkFrame(at(frames, index, name), factor),
    mask: async () => {
      throw new RangeError(`The sequence ${name} has no masks.`);
    },
  };
}

/** A triplet as a sequence of three frames. */
export function sequenceOfTriplet({ name, frames, masks }: TripletSample): TestSequence {
  return {
    name,
    length: 3,
    hasMasks: masks !== undefined,
    frame: async (index) => at(frames, index, name),
    mask: async (index) => at(masks ?? [], index, name),
  };
}

/** The same sequence with every picture kept in memory once it was read, for testing many networks on it. */
export function keptInMemory(sequence: TestSequence): TestSequence {
  const frames = new Map<number, Promise<Frame>>();
  const masks = new Map<number, Promise<Mask>>();
  return {
    ...sequence,
    frame: (index) => remembered(frames, index, sequence.frame),
    mask: (index) => remembered(masks, index, sequence.mask),
  };
}

function remembered<T>(kept: Map<number, Promise<T>>, index: number, read: (index: number) => Promise<T>): Promise<T> {
  const known = kept.get(index) ?? read(index);
  kept.set(index, known);
  return known;
}

function at<T>(items: readonly T[], index: number, name: string): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`Sequence ${name}: expected 0..${items.length - 1}, found ${index}.`);
  return item;
}
