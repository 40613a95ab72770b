import { open, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Frame, MediaError } from '@vosvfi/core';
import type { LayoutProblem } from '../../evaluation/item.js';
import { addFile } from '../file-source.js';
import type { ItemSource, LayoutContent } from '../item-source.js';
import { type LayoutOf, requireFolder } from './layout.js';

type YuvFile = LayoutOf<'yuv420'>['files'][number];

/**
 * Reads raw 8-bit planar YUV 4:2:0 files (the HD set of MEMC-Net).
 * @throws MediaError if the folder is missing.
 */
export async function readYuv420(layout: LayoutOf<'yuv420'>, folder: string): Promise<LayoutContent> {
  await requireFolder(folder);
  const sources: ItemSource[] = [];
  const problems: LayoutProblem[] = [];
  for (const file of layout.files) {
    const found = await readFile(file, folder);
    if ('problem' in found) problems.push(found);
    else sources.push(found);
  }
  return { sources, problems };
}

async function readFile(entry: YuvFile, folder: string): Promise<ItemSource | LayoutProblem> {
  const { file: name, width, height, frames: expected = 1 } = entry;
  const file = join(folder, name);
  const bytes = await stat(file).then(
    (facts) => (facts.isFile() ? facts.size : null),
    () => null,
  );
  if (bytes === null) return { path: name, problem: 'no such file.' };
  const frameBytes = (width * height * 3) / 2;
  const frameCount = bytes / frameBytes;
  if (!Number.isInteger(frameCount)) {
    const size = `${width}x${height} (${frameBytes} bytes each)`;
    return { path: name, problem: `expected whole frames of ${size}, found ${bytes} bytes: cut off, or another size.` };
  }
  if (frameCount < expected) return { path: name, problem: `expected ${expected} frames, found ${frameCount}.` };
  return {
    id: basename(name, extname(name)),
    frameCount,
    hasAllMasks: false,
    frameName: (index) => String(index).padStart(5, '0'),
    frame: (index) => readYuvFrame(file, entry, index),
    mask: async () => null,
    inspect: async () => ({ width, height, problems: [] }),
    addTo: (hash) => addFile(hash, `yuv420 ${width}x${height}`, file),
  };
}

/**
 * Colours as the scripts of this benchmark make them: chroma repeated, the coefficients of analogue YUV with chroma of -0.5
 * to 0.5, and the result cut off to 8 bits, not rounded.
 */
async function readYuvFrame(file: string, { width, height }: YuvFile, index: number): Promise<Frame> {
  const planes = await readPart(file, index, (width * height * 3) / 2);
  const [u, v] = [width * height, width * height + (width * height) / 4];
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      const luma = planes[y * width + x]!;
      const blue = planes[u + half]! - 127.5;
      const red = planes[v + half]! - 127.5;
      data[i] = Math.floor(luma + 1.13988303 * red);
      data[i + 1] = Math.floor(luma - 0.394642334 * blue - 0.58062185 * red);
      data[i + 2] = Math.floor(luma + 2.03206185 * blue);
    }
  }
  return { data: new Uint8Array(data.buffer), width, height };
}

async function readPart(file: string, index: number, size: number): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, index * size);
      if (bytesRead === size) return buffer;
      throw new Error(`${bytesRead} of ${size} bytes`);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(file, `frame ${index} cannot be read (${reason}).`, { cause });
  }
}
