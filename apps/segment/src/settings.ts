import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type FrameSequence, listImages } from '@vosvfi/data';
import type { MaskSettings } from './mask-folder.js';

/** A short name for texts and bytes: the start of their SHA-256. */
export function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** By what a video is known again: number and size of its frames, and the sizes of its files. */
export async function describeInput({ path, count, width, height, info }: FrameSequence): Promise<MaskSettings> {
  const files = info === undefined ? await listImages(path) : [path];
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { frames: count, size: `${width} x ${height}`, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
