import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Frame, type Mask } from '@vosvfi/core';
import {
  frameName,
  type GivenMaskOptions,
  type PlacedMask,
  placeMasks,
  readGivenMasks,
  type VideoInfo,
  writeMask,
} from '@vosvfi/data';
import { labelsIn, seenMasks, type VideoSegmenter } from '@vosvfi/vos';

/** Masks that go along with a video. */
export interface VideoMasksOptions {
  /**
   * Mask files for frames of the input; or one file for the first frame, or a folder of files that are named by the frames'
   * numbers.
   */
  readonly given: string | readonly PlacedMask[];
  /** Folder for the masks of the output's frames; it must not exist, or be empty. */
  readonly output: string;
  /** Opened once the masks are known to be good, disposed of at the end. */
  readonly openSegmenter: () => Promise<VideoSegmenter>;
  /** What grey values of mask files mean, and whether masks of another size are scaled. */
  readonly maskOptions?: GivenMaskOptions;
}

/**
 * The masks of `options` by the input's frame numbers.
 * @throws ConfigError if the output folder is in use; otherwise as `readGivenMasks` of `@vosvfi/data`.
 */
export async function readVideoMasks(options: VideoMasksOptions, info: VideoInfo): Promise<Map<number, Mask>> {
  const present = await readdir(options.output).catch(() => []);
  if (present.length > 0) {
    throw new ConfigError('masks.output', `${options.output} is in use: it holds ${present[0]}.`, {
      hint: 'Name a new or an empty folder.',
    });
  }
  const count = info.timeline.ticks.length;
  const names = Array.from({ length: count }, (_, index) => frameName(index));
  const sequence = { path: info.file, width: info.width, height: info.height, count, names, info };
  const placed = typeof options.given === 'string' ? await placeMasks(options.given, sequence) : options.given;
  return readGivenMasks(placed, sequence, options.maskOptions);
}

/** A frame of the input with its mask. */
interface MaskedFrame {
  readonly frame: Frame;
  readonly mask: Mask;
}

/** Made frames for which neighbours are remembered at a time: fewer than after which a network remembers what it found. */
const MOST_MADE = 4;

/** Segments made frames by a memory of their two neighbours. */
async function segmentMade(
  segmenter: VideoSegmenter,
  neighbours: readonly MaskedFrame[],
  made: readonly Frame[],
): Promise<Mask[]> {
  const labels = [...new Set(neighbours.flatMap(({ mask }) => labelsIn(mask)))];
  if (labels.length === 0) return made.map(({ width, height }) => backgroundOf(width, height));
  const masks: Mask[] = [];
  for (let first = 0; first < made.length; first += MOST_MADE) {
    const segmentation = segmenter.start();
    // An object that one neighbour lacks is known to be hidden there, and not left to guessing.
    for (const { frame, mask } of neighbours) await segmentation.step(frame, { masks: mask, labels });
    for (const frame of made.slice(first, first + MOST_MADE)) masks.push((await segmentation.step(frame)).mask);
  }
  return masks;
}

function backgroundOf(width: number, height: number): Mask {
  return { data: new Uint8Array(width * height), width, height };
}

/** Masks of the frames between two neighbours; those that stand in at a cut are one of the two and have its mask. */
async function masksBetween(
  segmenter: VideoSegmenter,
  neighbours: readonly MaskedFrame[],
  between: readonly Frame[],
): Promise<Mask[]> {
  const made = between.filter((frame) => neighbours.every((neighbour) => neighbour.frame !== frame));
  const masks = (await segmentMade(segmenter, neighbours, made)).values();
  return between.map((frame) => {
    const own = neighbours.find((neighbour) => neighbour.frame === frame);
    return own?.mask ?? masks.next().value!;
  });
}

/** Writes the masks of the frames of a video that is being made, in their order. */
export interface MaskTrack {
  /** Takes a frame of the input, and the frames that were made between the one before and it. */
  add(frame: Frame, between: readonly Frame[]): Promise<void>;
  /** Repeats the mask of the last frame. */
  hold(times: number): Promise<void>;
}

/**
 * Carries masks to a new frame rate. Frames of the input have their given masks; unless all are given, those without are
 * followed from the frames before. A made frame is segmented by a memory that holds just its two neighbours with their
 * masks, so that what only one of them shows is found as well, and errors do not add up over made frames. A frame that
 * stands in for a made one at a cut has its own mask.
 *
 * @param given Masks by the input's frame numbers.
 * @param count Frames of the input.
 * @param folder Where masks go: `00000.png`, `00001.png`, ...
 */
export function createMaskTrack(
  segmenter: VideoSegmenter,
  given: ReadonlyMap<number, Mask>,
  count: number,
  folder: string,
): MaskTrack {
  const followed = given.size < count ? segmenter.start() : undefined;
  let known: readonly number[] = [];
  let last: MaskedFrame | undefined;
  let [framesIn, framesOut] = [0, 0];

  const maskOf = async (frame: Frame, mask: Mask | undefined): Promise<Mask> => {
    if (followed === undefined) return mask!;
    const found = await followed.step(frame, mask && seenMasks(mask, known));
    known = found.labels;
    return found.mask;
  };
  const write = async (mask: Mask) => writeMask(join(folder, `${frameName(framesOut++)}.png`), mask);
  return {
    async add(frame, between) {
      const current = { frame, mask: await maskOf(frame, given.get(framesIn++)) };
      const masks = last === undefined ? [] : await masksBetween(segmenter, [last, current], between);
      for (const mask of masks) await write(mask);
      await write(current.mask);
      last = current;
    },
    async hold(times) {
      for (let k = 0; k < times && last !== undefined; k++) await write(last.mask);
    },
  };
}
