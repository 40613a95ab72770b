import { resolve } from 'node:path';
import { type Frame, type Mask, MediaError } from '@vosvfi/core';
import { readFrame, readMask } from '@vosvfi/data';
import { cropFrame, errorMap, foregroundBox, frameAddress } from '@vosvfi/report';
import type { PicturedFrame } from './cases.js';

/** Difference in code values that gets the brightest color of an error map. */
export const errorFullScale = 64;

/** Pictures of one model's prediction as `data:` addresses. */
export interface PredictionPictures {
  readonly model: string;
  readonly whole: string;
  readonly error: string;
  /** Around the mask; null without a mask. */
  readonly crop: string | null;
}

/** All pictures of a case. */
export interface CasePictures {
  readonly width: number;
  readonly height: number;
  readonly truth: string;
  readonly truthCrop: string | null;
  readonly predictions: readonly PredictionPictures[];
}

/**
 * Reads and embeds the pictures of a frame.
 * @param folder that of the result file; paths are relative to it.
 * @throws MediaError if a picture is missing, lies outside the folder, or has another size than the ground truth.
 */
export async function casePictures({ picture }: PicturedFrame, folder: string): Promise<CasePictures> {
  const truthFile = fileIn(folder, picture.truth);
  const truth = await readFrame(truthFile);
  const mask = picture.mask === null ? null : await readMask(fileIn(folder, picture.mask));
  const box = mask === null || !sameSize(mask, truth) ? null : foregroundBox(mask, cropMargin(truth));
  const cropOf = async (frame: Frame): Promise<string | null> =>
    box === null ? null : frameAddress(cropFrame(frame, box), { maxWidth: 640 });
  const predictions: PredictionPictures[] = [];
  for (const [model, path] of Object.entries(picture.predictions)) {
    const file = fileIn(folder, path);
    const frame = await readFrame(file);
    if (!sameSize(frame, truth)) {
      throw new MediaError(
        file,
        `expected ${truth.width}x${truth.height} as ${truthFile}, found ${frame.width}x${frame.height}.`,
      );
    }
    predictions.push({
      model,
      whole: await frameAddress(frame),
      error: await frameAddress(errorMap(truth, frame, errorFullScale), { maxWidth: 640 }),
      crop: await cropOf(frame),
    });
  }
  const { width, height } = truth;
  return { width, height, truth: await frameAddress(truth), truthCrop: await cropOf(truth), predictions };
}

/** A little of what is around an object shows its edges. */
function cropMargin({ width, height }: Frame): number {
  return Math.max(4, Math.round(Math.max(width, height) * 0.03));
}

function sameSize(a: Mask | Frame, b: Frame): boolean {
  return a.width === b.width && a.height === b.height;
}

/** A page must not embed files that lie elsewhere on a disk because a result file of somebody else says so. */
function fileIn(folder: string, path: string): string {
  const root = resolve(folder);
  const file = resolve(root, path);
  if (!file.startsWith(root.endsWith('/') ? root : `${root}/`) && !file.startsWith(`${root}\\`)) {
    throw new MediaError(file, `pictures lie below the folder of the result file (${root}).`);
  }
  return file;
}
