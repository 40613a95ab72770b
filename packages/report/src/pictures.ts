import type { Frame, Mask } from '@vosvfi/core';
import { frameBytes } from '@vosvfi/data';
import sharp from 'sharp';

/** [r, g, b], 0..255 */
export type Color = readonly [number, number, number];

/** An outline to draw on a picture. */
export interface Outline {
  readonly mask: Mask;
  readonly color: Color;
}

/** Every pixel `scale` times in both directions. */
function enlarge(data: Uint8Array, width: number, channels: number, scale: number): Uint8Array {
  const rows = data.length / (width * channels);
  const out = new Uint8Array(data.length * scale * scale);
  const outWidth = width * scale;
  for (let y = 0; y < rows * scale; y += 1) {
    for (let x = 0; x < outWidth; x += 1) {
      const source = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c += 1) out[(y * outWidth + x) * channels + c] = data[source + c] as number;
    }
  }
  return out;
}

/**
 * Colors the pixels of the foreground (labels above 0) that touch something else.
 * @param rgb bytes of a picture of that width, changed in place.
 */
export function drawOutline(rgb: Uint8Array, labels: ArrayLike<number>, width: number, color: Color): void {
  const height = labels.length / width;
  const isForeground = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && (labels[y * width + x] as number) > 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isInner =
        isForeground(x - 1, y) && isForeground(x + 1, y) && isForeground(x, y - 1) && isForeground(x, y + 1);
      if (isForeground(x, y) && !isInner) rgb.set(color, (y * width + x) * 3);
    }
  }
}

/** A frame with outlines, enlarged `scale` times, as a PNG `data:` address. */
export async function pictureAddress(frame: Frame, outlines: readonly Outline[] = [], scale = 1): Promise<string> {
  const rgb = enlarge(frameBytes(frame), frame.width, 3, scale);
  const width = frame.width * scale;
  for (const { mask, color } of outlines) drawOutline(rgb, enlarge(mask.data, mask.width, 1, scale), width, color);
  const raw = { width, height: frame.height * scale, channels: 3 as const };
  const png = await sharp(rgb, { raw }).png({ palette: false, compressionLevel: 9 }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** A photograph-like frame as a JPEG `data:` address, at most `maxWidth` wide. */
export async function photographAddress(frame: Frame, maxWidth: number): Promise<string> {
  const raw = { width: frame.width, height: frame.height, channels: 3 as const };
  const jpeg = await sharp(frameBytes(frame), { raw })
    .resize({ width: maxWidth, withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}

/** A picture in a file format, with its size in pixels. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A frame as a PNG file in memory. */
export async function encodePicture(frame: Frame): Promise<EncodedPicture> {
  const { width, height } = frame;
  const bytes = await sharp(frameBytes(frame), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
  return { bytes, width, height };
}

/** A picture file as a `data:` address: a PNG file of up to `mostBytes` as it is, a larger one as WebP, at most 2400 wide. */
export async function fileAddress(png: Uint8Array, mostBytes = 60_000): Promise<string> {
  if (png.length <= mostBytes) return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const small = sharp(png).resize({ width: 2400, withoutEnlargement: true }).webp({ quality: 85 });
  return `data:image/webp;base64,${(await small.toBuffer()).toString('base64')}`;
}

/** Options of {@link frameAddress}. */
export interface FrameAddressOptions {
  /** Wider frames are reduced to this. Default 1280. */
  readonly maxWidth?: number;
  /** Frames whose PNG is at most so large are embedded without loss. Default 40,000 bytes. */
  readonly losslessBytes?: number;
}

/** Quality of WebP that {@link frameAddress} writes. */
export const webpQuality = 90;

/** A frame as a `data:` address: a small one as PNG without loss, a larger one as WebP of {@link webpQuality}. */
export async function frameAddress(
  frame: Frame,
  { maxWidth = 1280, losslessBytes = 40_000 }: FrameAddressOptions = {},
): Promise<string> {
  const raw = { width: frame.width, height: frame.height, channels: 3 as const };
  const picture = sharp(frameBytes(frame), { raw }).resize({ width: maxWidth, withoutEnlargement: true });
  // A photograph of many pixels never becomes so small; it is not worth trying.
  if (frame.width * frame.height <= losslessBytes * 4) {
    const png = await picture.clone().png({ compressionLevel: 9 }).toBuffer();
    if (png.length <= losslessBytes) return `data:image/png;base64,${png.toString('base64')}`;
  }
  const webp = await picture.webp({ quality: webpQuality, smartSubsample: true }).toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}
