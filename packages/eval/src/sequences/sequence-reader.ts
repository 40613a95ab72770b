import { basename } from 'node:path';
import { type Frame, type Mask, MediaError } from '@vosvfi/core';
import { readFrame, readMask } from '@vosvfi/data';
import type { SequenceFiles } from './find-sequences.js';

/** Reads a sequence's pictures and checks that they are all of one size. */
export interface SequenceReader {
  /** @throws MediaError if the file is damaged or of another size than the first frame. */
  frame(index: number): Promise<Frame>;
  /** @throws MediaError if the sequence has no masks, or the file is damaged or not of the frames' size. */
  mask(index: number): Promise<Mask>;
}

/** Frames around the one in work: neighbouring pairs share a frame, which is then not decoded twice. */
const KEPT_FRAMES = 3;

/** A {@link SequenceReader} that keeps the last few frames. */
export async function openSequence(sequence: SequenceFiles): Promise<SequenceReader> {
  const first = await readFrame(sequence.frames[0]!);
  const size = { width: first.width, height: first.height };
  const kept = new Map<number, Frame>([[0, first]]);
  const requireSize = (file: string, picture: Frame | Mask): void => {
    if (picture.width === size.width && picture.height === size.height) return;
    throw new MediaError(
      file,
      `expected ${size.width}x${size.height} as ${basename(sequence.frames[0]!)} of sequence "${sequence.name}", found ${picture.width}x${picture.height}.`,
    );
  };
  return {
    frame: async (index) => {
      const known = kept.get(index);
      if (known !== undefined) return known;
      const file = sequence.frames[index]!;
      const frame = await readFrame(file);
      requireSize(file, frame);
      kept.set(index, frame);
      for (const old of [...kept.keys()].slice(0, -KEPT_FRAMES)) kept.delete(old);
      return frame;
    },
    mask: async (index) => {
      const file = sequence.masks?.[index];
      if (file === undefined) {
        throw new MediaError(sequence.frames[index]!, 'has no mask, which a segmenter needs.', {
          hint: 'Add an Annotations folder, or evaluate without a segmenter.',
        });
      }
      const mask = await readMask(file);
      requireSize(file, mask);
      return mask;
    },
  };
}
