import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Mask } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import { afterEach, beforeEach } from 'vitest';

/** A picture with a bright square whose place tells the frame's number. */
export function squareFrame(index: number, width = 24, height = 16): Frame {
  const data = new Uint8Array(width * height * 3).fill(40);
  for (let y = 2; y < 8; y++) {
    for (let x = 0; x < 6; x++)
      data.fill(200, 3 * (y * width + ((x + index) % width)), 3 * (y * width + ((x + index) % width)) + 3);
  }
  return { data, width, height };
}

/** The square's mask. */
export function squareMask(index: number, width = 24, height = 16): Mask {
  const frame = squareFrame(index, width, height);
  const data = Uint8Array.from({ length: width * height }, (_, i) => (frame.data[3 * i]! > 100 ? 1 : 0));
  return { data, width, height };
}

/** Writes frame `index` as a picture of the size, 24x16 by default. */
export async function writeSquare(file: string, index: number, width?: number, height?: number): Promise<void> {
  await writeFrame(file, squareFrame(index, width, height));
}

/** Writes a sequence in the layout of DAVIS. */
export async function writeDavis(root: string, name: string, count: number, resolution = '480p'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const file = String(i).padStart(5, '0');
    await writeSquare(join(root, 'JPEGImages', resolution, name, `${file}.png`), i);
    await writeMask(join(root, 'Annotations', resolution, name, `${file}.png`), squareMask(i));
  }
}

/** Empty files with the names of frames, for what only looks at names. */
export async function writeEmptyFrames(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) await writeFile(join(folder, `${String(i).padStart(5, '0')}.png`), '');
}

/** A new folder for each test; its path is in `path`. */
export function useTemporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'vosvfi-protocols-'));
  });
  afterEach(() => rm(folder.path, { recursive: true }));
  return folder;
}
