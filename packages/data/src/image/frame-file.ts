import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Frame, MediaError, writeAtomically } from '@vosvfi/core';
import sharp from 'sharp';
import { roundSamples, sampleDepth } from './sample-depth.js';

/** Extensions that {@link readFrame} reads and {@link listImages} lists, lower case. */
export const imageExtensions: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.avif', '.gif'];

/**
 * The bytes of a media file.
 * @throws MediaError if it is missing, unreadable or empty.
 */
export async function readMediaFile(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw mediaFileError(file, cause);
  }
  if (bytes.length === 0) throw new MediaError(file, 'the file is empty.');
  return bytes;
}

/** The error for a file that could not be opened. */
export function mediaFileError(file: string, cause: unknown): MediaError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return new MediaError(file, 'no such file.', { cause });
  if (code === 'EISDIR') return new MediaError(file, 'expected a file, found a folder.', { cause });
  return new MediaError(file, `cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
}

/**
 * Reads a picture as 8-bit sRGB, upright (EXIF orientation applied), transparency dropped. 16-bit samples are rounded.
 * @throws MediaError if the file is missing, truncated or not a picture, or if its samples are floating-point numbers, whose
 * scale and light it does not tell.
 */
export async function readFrame(file: string): Promise<Frame> {
  // From memory, not by name: libvips caches what it reads by name, and would miss that a file was replaced.
  return decodeFrame(file, await readMediaFile(file));
}

/** {@link readFrame} for pictures that must hide nothing. @throws MediaError also if one is transparent somewhere. */
export async function readOpaqueFrame(file: string): Promise<Frame> {
  const bytes = await readMediaFile(file);
  if (await isOpaque(bytes)) return decodeFrame(file, bytes);
  throw new MediaError(file, 'is transparent in places; expected an opaque picture.', { hint: 'Save it as RGB.' });
}

async function decodeFrame(file: string, bytes: Uint8Array): Promise<Frame> {
  const depth = await sampleDepth(bytes).catch((cause: unknown) => {
    throw unusable(file, cause);
  });
  if (depth === 'float') {
    throw new MediaError(file, 'holds floating-point samples; expected 8 or 16 bits.', {
      hint: 'Save it as 8-bit or 16-bit PNG.',
    });
  }
  try {
    const picture = sharp(bytes, { failOn: 'warning' }).autoOrient();
    const { data, info } = await picture
      .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
      .removeAlpha()
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to RGB`);
    const { buffer, byteOffset, length } = data;
    const { width, height } = info;
    if (depth === 8) return { data: new Uint8Array(buffer, byteOffset, length), width, height };
    return { data: roundSamples(new Uint16Array(buffer, byteOffset, length / 2)), width, height };
  } catch (cause) {
    throw unusable(file, cause);
  }
}

/** Damaged pictures count as opaque: whoever reads them says what is wrong. */
async function isOpaque(bytes: Uint8Array): Promise<boolean> {
  try {
    const { hasAlpha } = await sharp(bytes).metadata();
    return !hasAlpha || (await sharp(bytes).stats()).isOpaque;
  } catch {
    return true;
  }
}

/**
 * Size of a picture as {@link readFrame} gives it, from the file's header.
 * @throws MediaError if the file is missing or not a picture.
 */
export async function readSize(file: string): Promise<{ width: number; height: number }> {
  const bytes = await readMediaFile(file);
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    throw unusable(file, cause);
  }
}

/** The error for bytes that are no picture. */
export function unusable(file: string, cause: unknown): MediaError {
  const reason = cause instanceof Error ? cause.message.trim().split('\n')[0] : String(cause);
  return new MediaError(file, `is damaged, truncated or not a picture (${reason}).`, { cause });
}

/** The frame's values as bytes: 8-bit ones as they are, floats clamped to 0..1 and rounded. */
export function frameBytes(frame: Frame): Uint8Array {
  if (frame.data instanceof Uint8Array) return frame.data;
  // Uint8ClampedArray rounds and clamps.
  const bytes = new Uint8ClampedArray(frame.data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = frame.data[i]! * 255;
  return new Uint8Array(bytes.buffer);
}

/** Options of {@link writeFrame}. */
export interface WriteFrameOptions {
  /** 1 to 100, for JPEG and WebP; 95 by default. WebP of quality 100 is lossless. */
  readonly quality?: number;
}

/**
 * Writes a picture as PNG, JPEG (4:4:4) or WebP, by the file's extension; atomically, folders are made.
 * @throws MediaError for another extension, or if the file cannot be written.
 */
export async function writeFrame(file: string, frame: Frame, { quality = 95 }: WriteFrameOptions = {}): Promise<void> {
  const { width, height } = frame;
  const picture = sharp(frameBytes(frame), { raw: { width, height, channels: 3 } });
  const extension = extname(file).toLowerCase();
  if (extension === '.png') picture.png({ compressionLevel: 6 });
  else if (extension === '.jpg' || extension === '.jpeg') picture.jpeg({ quality, chromaSubsampling: '4:4:4' });
  else if (extension === '.webp') picture.webp(quality === 100 ? { lossless: true } : { quality });
  else throw new MediaError(file, `pictures are written as .png, .jpg or .webp, found "${extension}".`);
  const bytes = await picture.toBuffer();
  await writeMediaFile(file, bytes);
}

/** Writes bytes atomically. @throws MediaError naming the file. */
export async function writeMediaFile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeAtomically(file, (temporary) => writeFile(temporary, bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(file, `cannot be written (${reason}).`, { cause });
  }
}

const natural = new Intl.Collator('en', { numeric: true });

/** Orders names as people do: `frame2` before `frame10`. */
export function compareNatural(first: string, second: string): number {
  return natural.compare(first, second) || (first < second ? -1 : first > second ? 1 : 0);
}

/**
 * Paths of the pictures in a folder, in natural order; hidden files are left out.
 * @throws MediaError if the folder is missing or holds no picture.
 */
export async function listImages(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw new MediaError(folder, 'no such folder, or it cannot be read.', { cause });
  }
  const pictures = names.filter(
    (name) => !name.startsWith('.') && imageExtensions.includes(extname(name).toLowerCase()),
  );
  if (pictures.length === 0) {
    throw new MediaError(folder, `holds no pictures (${imageExtensions.join(', ')}); ${names.length} other entries.`);
  }
  return pictures.sort(compareNatural).map((name) => join(folder, name));
}
