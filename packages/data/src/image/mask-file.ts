import { type Mask, MediaError, ShapeError } from '@vosvfi/core';
import { type DecodedPng, decode, encode } from 'fast-png';
import { readMediaFile, writeMediaFile } from './frame-file.js';
import { labelColours } from './palette.js';

/** Options of {@link readMask}. */
export interface ReadMaskOptions {
  /**
   * What grey values mean. `binary`: half of white and above is object 1. `labels`: the value is the label, 255 is void.
   * `auto` (default): `binary` if all values are black or white, else `labels`; more than 64 different values are refused,
   * because they are no labels but a soft mask.
   */
  readonly grey?: 'auto' | 'binary' | 'labels';
}

const MOST_LABELS = 64;

function readGrey(
  file: string,
  values: Uint8Array | Uint16Array,
  white: number,
  meaning: 'auto' | 'binary' | 'labels',
) {
  const labels = new Uint8Array(values.length);
  const seen = new Set<number>();
  for (const value of values) seen.add(value);
  const isBlackWhite = [...seen].every((value) => value === 0 || value === white);
  if (meaning === 'binary' || (meaning === 'auto' && isBlackWhite)) {
    for (let i = 0; i < values.length; i++) labels[i] = values[i]! * 2 > white ? 1 : 0;
    return labels;
  }
  const largest = Math.max(...seen);
  if (largest > 255) throw new MediaError(file, `labels are at most 255, found the grey value ${largest}.`);
  if (meaning === 'auto' && seen.size > MOST_LABELS) {
    throw new MediaError(file, `a mask has at most ${MOST_LABELS} labels, found ${seen.size} different grey values.`, {
      hint: "If it is a soft mask, read it with grey: 'binary'.",
    });
  }
  labels.set(values);
  return labels;
}

const labelOfColour = new Map(labelColours.map(([r, g, b], label) => [(r << 16) | (g << 8) | b, label] as const));

function readColours(file: string, png: DecodedPng, meaning: 'auto' | 'binary' | 'labels'): Uint8Array {
  const { data, channels, width, height } = png;
  if (png.depth !== 8) throw new MediaError(file, `a colour mask has 8 bits a channel, found ${png.depth}.`);
  const grey = new Uint8Array(width * height);
  let isGrey = true;
  for (let i = 0; i < grey.length && isGrey; i++) {
    grey[i] = data[i * channels]!;
    isGrey = grey[i] === data[i * channels + 1] && grey[i] === data[i * channels + 2];
  }
  if (isGrey) return readGrey(file, grey, 255, meaning);
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b] = [data[i * channels]!, data[i * channels + 1]!, data[i * channels + 2]!];
    const label = labelOfColour.get((r << 16) | (g << 8) | b);
    if (label === undefined) {
      const place = `x ${i % width}, y ${Math.floor(i / width)}`;
      throw new MediaError(file, `colour (${r}, ${g}, ${b}) at ${place} is not of the DAVIS colour table.`, {
        hint: 'Save masks as palette or grey PNG files.',
      });
    }
    grey[i] = label;
  }
  return grey;
}

/** Samples of less than 8 bits are packed, and each row starts at a byte. */
function unpack({ data, depth, width, height }: DecodedPng): Uint8Array | Uint16Array {
  if (depth === 16) return data as Uint16Array;
  if (depth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const values = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  const most = (1 << depth) - 1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const bit = x * depth;
      values[i] = (data[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most;
    }
  }
  return values;
}

/**
 * Reads a mask from a PNG file: the indices of a palette file; grey values as `options.grey` says; colours by the DAVIS
 * colour table. An alpha channel is ignored.
 * @throws MediaError if the file is missing, damaged, no PNG, or holds values that are no labels.
 */
export async function readMask(file: string, { grey = 'auto' }: ReadMaskOptions = {}): Promise<Mask> {
  const bytes = await readMediaFile(file);
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(file, `is damaged, truncated or not a PNG file (${reason}).`, { cause });
  }
  const { width, height, channels, depth } = png;
  const mask = (data: Uint8Array): Mask => ({ data, width, height });
  if (png.palette) return mask(new Uint8Array(unpack(png)));
  if (channels >= 3) return mask(readColours(file, png, grey));
  const white = (1 << depth) - 1;
  const samples = unpack(png);
  return mask(readGrey(file, channels === 1 ? samples : samples.filter((_, i) => i % channels === 0), white, grey));
}

/** Options of {@link writeMask}. */
export interface WriteMaskOptions {
  /** `palette` (default): labels as indices into the DAVIS colours. `binary`: grey, 0 for background and void, 255 for any object. */
  readonly format?: 'palette' | 'binary';
}

/**
 * Writes a mask as 8-bit PNG; atomically, folders are made.
 * @throws ShapeError if the labels do not fill the size; MediaError if the file cannot be written.
 */
export async function writeMask(
  file: string,
  mask: Mask,
  { format = 'palette' }: WriteMaskOptions = {},
): Promise<void> {
  const { data, width, height } = mask;
  if (data.length !== width * height)
    throw new ShapeError(`mask for ${file}`, `${width} x ${height} labels`, [data.length]);
  const bytes =
    format === 'palette'
      ? encode({ width, height, data, depth: 8, channels: 1, palette: labelColours.map((colour) => [...colour]) })
      : encode({
          width,
          height,
          data: data.map((label) => (label > 0 && label < 255 ? 255 : 0)),
          depth: 8,
          channels: 1,
        });
  await writeMediaFile(file, bytes);
}
