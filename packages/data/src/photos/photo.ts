import { MediaError } from '@vosvfi/core';
import sharp from 'sharp';
import { readMediaFile, unusable } from '../image/frame-file.js';

/** Interleaved 8-bit RGB. */
export interface PhotoLevel {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A photograph at full, half, quarter, ... size, so that it can be shown smaller without aliasing. */
export interface Photo {
  readonly file: string;
  /** At least one; each level is half of the one before (rounded down). */
  readonly levels: readonly PhotoLevel[];
  readonly bytes: number;
}

const LEAST_SIDE = 16;

/** Mean of each 2 x 2 pixels. */
export function halve({ data, width, height }: PhotoLevel): PhotoLevel {
  const half = { width: width >> 1, height: height >> 1 };
  const mean = new Uint8Array(half.width * half.height * 3);
  const row = width * 3;
  for (let y = 0, i = 0; y < half.height; y++) {
    for (let x = 0, at = y * 2 * row; x < half.width; x++, at += 6) {
      for (let k = at; k < at + 3; k++) {
        mean[i++] = (data[k]! + data[k + 3]! + data[k + row]! + data[k + row + 3]! + 2) >> 2;
      }
    }
  }
  return { data: mean, ...half };
}

/**
 * Decodes a photograph, upright, reduced to `maxSide` pixels.
 * @throws MediaError if the file is missing, damaged, truncated, no picture, or smaller than 16 pixels.
 */
export async function readPhoto(file: string, maxSide: number): Promise<Photo> {
  const bytes = await readMediaFile(file);
  let level: PhotoLevel;
  try {
    const { data, info } = await sharp(bytes, { failOn: 'warning' })
      .autoOrient()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to RGB`);
    level = { data, width: info.width, height: info.height };
  } catch (cause) {
    throw unusable(file, cause);
  }
  if (Math.min(level.width, level.height) < LEAST_SIDE) {
    throw new MediaError(
      file,
      `expected at least ${LEAST_SIDE} pixels a side, found ${level.width} x ${level.height}.`,
    );
  }
  const levels = [level];
  while (Math.min(level.width, level.height) >= 2 * LEAST_SIDE) {
    level = halve(level);
    levels.push(level);
  }
  return { file, levels, bytes: levels.reduce((sum, { data }) => sum + data.length, 0) };
}
