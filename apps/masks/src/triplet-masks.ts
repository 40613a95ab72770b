import { basename, dirname, join } from 'node:path';
import { type Frame, type Mask, MediaError, writeFolderAtomically } from '@vosvfi/core';
import { frameFiles, maskFiles, readFrame, writeMask } from '@vosvfi/data';
import { cleanMask } from '@vosvfi/data/motion';
import { type Assessment, assessMasks } from './assess.js';
import type { MaskMaker } from './makers/maker.js';
import { leastPixels, type MaskSettings } from './settings.js';

/** What became of a triplet. */
export type TripletRecord =
  | ({ readonly name: string } & Assessment)
  /** A frame is missing, damaged or of another size; there are no masks. */
  | { readonly name: string; readonly broken: string };

/** A triplet to make masks of. */
export interface TripletTask {
  /** Folder with `sequences`. */
  readonly dir: string;
  /** Folder that gets `masks`. */
  readonly output: string;
  readonly name: string;
  readonly settings: MaskSettings;
}

async function readFrames(files: readonly string[]): Promise<Frame[]> {
  const frames = await Promise.all(files.map((file) => readFrame(file)));
  const { width, height } = frames[0]!;
  frames.forEach((frame, k) => {
    if (frame.width === width && frame.height === height) return;
    const sizes = `${width} x ${height} as ${basename(files[0]!)} has, found ${frame.width} x ${frame.height}`;
    throw new MediaError(files[k]!, `expected ${sizes}.`);
  });
  return frames;
}

/** Chosen labels as 1, all others as 0, without specks. */
function choose({ data, width, height }: Mask, { classes, minArea }: MaskSettings): Mask {
  const chosen = data.map((label) => (label > 0 && (classes === null || classes.includes(label)) ? 1 : 0));
  cleanMask(chosen, width, height, { leastPixels: leastPixels(minArea, width, height), leastShare: 0, leastHole: 0 });
  return { data: chosen, width, height };
}

/** All three files appear at once: a folder that is there is complete. */
async function writeMasks(files: readonly string[], masks: readonly Mask[]): Promise<void> {
  await writeFolderAtomically(dirname(files[0]!), async (folder) => {
    for (const [k, file] of files.entries()) {
      await writeMask(join(folder, basename(file)), masks[k]!, { format: 'binary' });
    }
  });
}

/**
 * Makes, assesses and writes the masks of a triplet: 8-bit PNGs of 0 and 255.
 * @throws whatever is not the frames' fault: a model that fails, a disk that is full.
 */
export async function makeTripletMasks(maker: MaskMaker, task: TripletTask): Promise<TripletRecord> {
  const { dir, output, name, settings } = task;
  let frames: Frame[];
  try {
    frames = await readFrames(frameFiles(dir, name));
    const { width, height } = frames[0]!;
    if (settings.source.kind === 'motion' && Math.min(width, height) < 32) {
      throw new MediaError(
        frameFiles(dir, name)[0],
        `motion needs 32 pixels to each side, found ${width} x ${height}.`,
      );
    }
  } catch (error) {
    if (!MediaError.isInstance(error)) throw error;
    return { name, broken: error.message };
  }
  const masks = (await maker.masksOf(frames)).map((mask) => choose(mask, settings));
  const assessment = assessMasks(frames, masks, settings.rejection);
  await writeMasks(maskFiles(output, name), masks);
  return { name, ...assessment };
}
