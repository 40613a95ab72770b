import { ConfigError, type Frame, type Mask } from '@vosvfi/core';
import type { GivenMasks, SegmentedFrame, VideoSegmenter } from './video-segmenter.js';

/** Frames that can be had in any order. */
export interface FrameAccess {
  readonly length: number;
  /** Frame `index`, from 0. */
  read(index: number): Promise<Frame> | Frame;
}

/** Masks by the index of their frame. */
export type MasksByFrame = ReadonlyMap<number, GivenMasks>;

/**
 * Segments a sequence whose masks are given at any of its frames, in both directions: first forward from the first frame
 * that has masks, with all others where they are given, then backward from that frame to the start, with its masks. Objects
 * that are given later begin where they are given.
 *
 * @param given Masks of at least one frame.
 * @returns Every frame once, in the order in which they are segmented: from the first given one to the last, then down to
 * frame 0; `index` is the frame's place in the sequence. Only the current frame is held.
 * @throws ConfigError if no masks are given, or for a frame that the sequence lacks; what the segmenter's steps throw.
 */
export async function* segmentFrames(
  segmenter: VideoSegmenter,
  frames: readonly Frame[] | FrameAccess,
  given: MasksByFrame,
): AsyncGenerator<SegmentedFrame, void, undefined> {
  const { length } = frames;
  const read = (index: number): Promise<Frame> | Frame => ('read' in frames ? frames.read(index) : frames[index]!);
  const start = firstGiven(given, length);
  const forward = segmenter.start();
  for (let index = start; index < length; index++) {
    yield { ...(await forward.step(await read(index), given.get(index))), index };
  }
  if (start === 0) return;
  const backward = segmenter.start();
  await backward.step(await read(start), given.get(start));
  for (let index = start - 1; index >= 0; index--) yield { ...(await backward.step(await read(index))), index };
}

/** {@link segmentFrames}, as the masks of all frames in their order. */
export async function segmentSequence(
  segmenter: VideoSegmenter,
  frames: readonly Frame[] | FrameAccess,
  given: MasksByFrame,
): Promise<Mask[]> {
  const masks: Mask[] = [];
  for await (const { index, mask } of segmentFrames(segmenter, frames, given)) masks[index] = mask;
  return masks;
}

function firstGiven(given: MasksByFrame, length: number): number {
  const outside = [...given.keys()].find((index) => !Number.isInteger(index) || index < 0 || index >= length);
  if (outside !== undefined) throw new ConfigError('given', `expected frames 0 to ${length - 1}, found ${outside}.`);
  if (given.size === 0) throw new ConfigError('given', 'expected the masks of at least one frame, found none.');
  return Math.min(...given.keys());
}
