import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ConfigError, type Mask, MediaError } from '@vosvfi/core';
import { listImages, mediaFileError } from '../image/frame-file.js';
import { type ReadMaskOptions, readMask } from '../image/mask-file.js';
import type { FrameSequence } from './frame-sequence.js';

/** A mask file for a frame. */
export interface PlacedMask {
  /** Number of the frame, from 0. */
  readonly frame: number;
  readonly file: string;
}

/** Options of {@link readGivenMasks}. */
export interface GivenMaskOptions extends ReadMaskOptions {
  /** Scale masks of another size to that of the frames, each pixel from its nearest; else they are refused. Default false. */
  readonly resize?: boolean;
}

type SequenceFacts = Pick<FrameSequence, 'path' | 'width' | 'height' | 'count' | 'names' | 'info'>;

/**
 * Finds which frames masks are for: one file is for the first frame; the files of a folder are for the frames of their
 * names, which for a video are numbers from 0 (`00012.png` or `12.png` is for the thirteenth frame).
 * @returns them in the order of the frames.
 * @throws MediaError if there is no such file or folder, or a file's name is none of a frame.
 */
export async function placeMasks(path: string, sequence: SequenceFacts): Promise<PlacedMask[]> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw mediaFileError(path, cause);
  });
  if (!facts.isDirectory()) return [{ frame: 0, file: path }];
  const { names, count } = sequence;
  const placed = (await listImages(path)).map((file) => {
    const name = basename(file, extname(file));
    const number = sequence.info !== undefined && /^\d+$/.test(name) ? Number(name) : names.indexOf(name);
    if (number >= 0 && number < count) return { frame: number, file };
    throw new MediaError(file, `${sequence.path} has no frame of this name.`, {
      hint: `Its ${count} frames are called ${names[0]} to ${names[count - 1]}.`,
    });
  });
  return placed.sort((first, second) => first.frame - second.frame);
}

function hasObject({ data }: Mask): boolean {
  return data.some((label) => label !== 0 && label !== 255);
}

/**
 * Reads masks for frames of a sequence and makes sure that objects can be followed from them.
 * @returns masks of the frames' size by the frames' numbers, ascending. The first holds an object; a later one without
 * any says that no object is to be seen there.
 * @throws ConfigError without masks, for a frame that does not exist, and for two masks of one frame; MediaError for a file
 * that holds no mask (see `readMask`), has another size, or is the first and holds no object.
 */
export async function readGivenMasks(
  placed: readonly PlacedMask[],
  sequence: SequenceFacts,
  options: GivenMaskOptions = {},
): Promise<Map<number, Mask>> {
  const masks = new Map<number, Mask>();
  for (const { frame, file } of [...placed].sort((first, second) => first.frame - second.frame)) {
    checkFrame(frame, sequence);
    if (masks.has(frame)) throw new ConfigError('masks', `there are two for frame ${frame}; the second is ${file}.`);
    const mask = fitTo(sequence, file, await readMask(file, options), options.resize ?? false);
    if (masks.size === 0 && !hasObject(mask)) {
      const found = mask.data.includes(255) ? 'only background (0) and void (255)' : 'only background (0)';
      throw new MediaError(file, `holds no object to follow: ${found} in all ${mask.data.length} pixels.`, {
        hint: 'Objects have the labels 1 to 254.',
      });
    }
    masks.set(frame, mask);
  }
  if (masks.size === 0) throw new ConfigError('masks', 'none is given; nothing can be followed.');
  return masks;
}

function checkFrame(frame: number, { path, count }: SequenceFacts): void {
  if (Number.isInteger(frame) && frame >= 0 && frame < count) return;
  const frames = count === 1 ? '1 frame, number 0' : `${count} frames, 0 to ${count - 1}`;
  throw new ConfigError('masks', `there is one for frame ${frame}, but ${path} has ${frames}.`);
}

/** Shapes that differ by more than this are no scaled versions of each other. */
const shapeTolerance = 0.02;

function fitTo({ width, height }: SequenceFacts, file: string, mask: Mask, resize: boolean): Mask {
  if (mask.width === width && mask.height === height) return mask;
  const found = `expected ${width} x ${height} as the frames have, found ${mask.width} x ${mask.height}`;
  const shape = (mask.width * height) / (mask.height * width);
  if (Math.abs(Math.log(shape)) > shapeTolerance) {
    throw new MediaError(file, `${found}, which is another shape.`, { hint: 'The mask belongs to other frames.' });
  }
  if (!resize) throw new MediaError(file, `${found}.`, { hint: 'Masks can be scaled on request (resize-mask).' });
  return nearest(mask, width, height);
}

function nearest(mask: Mask, width: number, height: number): Mask {
  const data = new Uint8Array(width * height);
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * mask.width) / width));
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++, pixel++) data[pixel] = mask.data[row + columns[x]!]!;
  }
  return { data, width, height };
}
