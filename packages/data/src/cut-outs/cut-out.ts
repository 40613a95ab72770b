import { MediaError } from '@vosvfi/core';
import sharp from 'sharp';
import { readMediaFile, unusable } from '../image/frame-file.js';
import { halve, type PhotoLevel } from '../photos/photo.js';
import { nearestPixels } from './nearest.js';

/** A thing without its ground. */
export interface CutOut {
  readonly file: string;
  /** Colours at full, half, quarter, .. size; outside the thing they go on as at its rim. */
  readonly levels: readonly PhotoLevel[];
  /** [height, width] of the first level: distance of each pixel's centre to the outline in pixels, negative inside. */
  readonly distance: Float32Array;
  readonly bytes: number;
}

const LEAST_SIDE = 8;
/** Pixels around the thing, so that its whole outline lies in the picture. */
const MARGIN = 2;
/** Opaque share of a picture's area: a thing with less is hardly one, a picture with more has no ground to leave out. */
const LEAST_SHARE = 0.02;
const MOST_SHARE = 0.98;

/** Opaque from here on. */
const OPAQUE = 128;

/**
 * Decodes a cut-out, reduced to `maxSide` pixels, and measures its outline.
 * @throws MediaError if the file is missing, damaged or no picture, if it has no transparent ground, or if hardly anything
 * in it is opaque.
 */
export async function readCutOut(file: string, maxSide: number): Promise<CutOut> {
  const { data, width, height } = await decode(file, maxSide);
  const isOpaque = (pixel: number) => data[pixel * 4 + 3]! >= OPAQUE;
  const pixels = width * height;
  let opaque = 0;
  for (let i = 0; i < pixels; i++) opaque += isOpaque(i) ? 1 : 0;
  const share = opaque / ((width - 2 * MARGIN) * (height - 2 * MARGIN));
  if (share < LEAST_SHARE || share > MOST_SHARE) {
    throw new MediaError(file, `expected a thing on a transparent ground, found ${Math.round(share * 100)} % opaque.`);
  }
  const inside = nearestPixels(isOpaque, width, height);
  const outside = nearestPixels((pixel) => !isOpaque(pixel), width, height);
  const distance = inside.distance.map((value, i) => (value > 0 ? value - 0.5 : 0.5 - outside.distance[i]!));
  const colours = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const from = inside.index[i]! * 4;
    colours.set(data.subarray(from, from + 3), i * 3);
  }
  let level: PhotoLevel = { data: colours, width, height };
  const levels = [level];
  while (Math.min(level.width, level.height) >= 2 * LEAST_SIDE) {
    level = halve(level);
    levels.push(level);
  }
  const bytes = levels.reduce((sum, { data }) => sum + data.length, 0) + distance.byteLength;
  return { file, levels, distance, bytes };
}

/** RGBA of the smallest rectangle that holds all that is not transparent, with a margin. */
async function decode(file: string, maxSide: number) {
  const bytes = await readMediaFile(file);
  try {
    const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
    const trimmed = await sharp(bytes, { failOn: 'error' })
      .toColourspace('srgb')
      .ensureAlpha()
      .trim({ background: transparent, threshold: 10 })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = trimmed.info;
    if (trimmed.info.channels !== 4) throw new Error(`${trimmed.info.channels} channels after conversion to RGBA`);
    const { data, info } = await sharp(trimmed.data, { raw: { width, height, channels: 4 } })
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .extend({ top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN, background: transparent })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (Math.min(info.width, info.height) < LEAST_SIDE + 2 * MARGIN) {
      throw new Error(`${info.width} x ${info.height} pixels are too few`);
    }
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw unusable(file, cause);
  }
}
