import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, extname, relative } from 'node:path';
import { type Frame, type Mask, MediaError } from '@vosvfi/core';
import { type ReadMaskOptions, readFrame, readMask, readSize } from '@vosvfi/data';
import type { LayoutProblem } from '../evaluation/item.js';
import type { Inspection, ItemSource } from './item-source.js';

/** The files of an item. */
export interface ItemFiles extends ReadMaskOptions {
  readonly id: string;
  readonly frames: readonly string[];
  /** One for each frame, null where there is none; null if there are none at all. */
  readonly masks: readonly (string | null)[] | null;
}

/** An item in picture files, which are all of the first one's size. */
export function fileSource({ id, frames, masks, grey = 'auto' }: ItemFiles): ItemSource {
  let first: Promise<Frame> | undefined;
  const requireSize = async (file: string, picture: Frame | Mask): Promise<void> => {
    first ??= readFrame(frames[0]!);
    const { width, height } = await first;
    if (picture.width === width && picture.height === height) return;
    const expected = `expected ${width}x${height} as ${basename(frames[0]!)} of "${id}"`;
    throw new MediaError(file, `${expected}, found ${picture.width}x${picture.height}.`);
  };
  return {
    id,
    frameCount: frames.length,
    hasAllMasks: masks?.every((mask) => mask !== null) ?? false,
    frameName: (index) => basename(frames[index]!, extname(frames[index]!)),
    frame: async (index) => {
      const frame = await readFrame(frames[index]!);
      await requireSize(frames[index]!, frame);
      return frame;
    },
    mask: async (index) => {
      const file = masks?.[index];
      if (file === undefined || file === null) return null;
      const mask = await readMask(file, { grey });
      await requireSize(file, mask);
      return mask;
    },
    inspect: (frameCount, root) => {
      const used = masks?.slice(0, frameCount).filter((mask) => mask !== null) ?? [];
      return inspectFiles([...frames.slice(0, frameCount), ...used], root);
    },
    addTo: async (hash, frameCount) => {
      for (let i = 0; i < frameCount; i++) {
        await addFile(hash, 'frame', frames[i]!);
        const mask = masks?.[i];
        if (mask !== undefined && mask !== null) await addFile(hash, `${grey} mask`, mask);
      }
    },
  };
}

/** Reads headers a few at a time. */
async function inspectFiles(files: readonly string[], root: string): Promise<Inspection> {
  const problems: LayoutProblem[] = [];
  let first: { width: number; height: number } | null = null;
  for (let start = 0; start < files.length; start += 16) {
    const part = files.slice(start, start + 16);
    const sizes = await Promise.all(part.map((file) => readSize(file).catch((cause: unknown) => cause)));
    sizes.forEach((size, i) => {
      const path = relative(root, part[i]!);
      if (!isSize(size)) {
        problems.push({
          path,
          problem: MediaError.isInstance(size) ? size.message.slice(part[i]!.length + 2) : String(size),
        });
        return;
      }
      first ??= size;
      if (size.width === first.width && size.height === first.height) return;
      const expected = `expected ${first.width}x${first.height} as the first frame has`;
      problems.push({ path, problem: `${expected}, found ${size.width}x${size.height}.` });
    });
  }
  return { ...(first ?? { width: 0, height: 0 }), problems };
}

function isSize(value: unknown): value is { width: number; height: number } {
  return typeof value === 'object' && value !== null && 'width' in value && 'height' in value;
}

/** Adds a file's contents to a hash, piece by piece. @throws MediaError if it cannot be read. */
export async function addFile(hash: Hash, what: string, file: string): Promise<void> {
  let size = 0;
  try {
    for await (const piece of createReadStream(file)) {
      hash.update(piece as Buffer);
      size += (piece as Buffer).length;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(file, `cannot be read (${reason}).`, { cause });
  }
  // Behind the contents, so that no two lists of files look alike.
  hash.update(`\n${what} ${size}\n`);
}
