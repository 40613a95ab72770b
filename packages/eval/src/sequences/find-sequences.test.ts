import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Mask } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSequences } from './find-sequences.js';

const WIDTH = 24;
const HEIGHT = 16;

/** A bright square that moves right by 2 pixels a frame over a dark ramp. */
function squareFrame(index: number, width = WIDTH): Frame {
  const data = new Uint8Array(width * HEIGHT * 3);
  for (let i = 0; i < width * HEIGHT; i++)
    data.fill(isSquare(i, index, width) ? 220 : (i % width) * 3, 3 * i, 3 * i + 3);
  return { data, width, height: HEIGHT };
}

function squareMask(index: number, width = WIDTH): Mask {
  const data = Uint8Array.from({ length: width * HEIGHT }, (_, i) => (isSquare(i, index, width) ? 1 : 0));
  return { data, width, height: HEIGHT };
}

function isSquare(i: number, index: number, width: number): boolean {
  const [x, y] = [(i % width) - 2 * index, Math.floor(i / width) - 4];
  return x >= 0 && x < 6 && y >= 0 && y < 6;
}

function name(index: number): string {
  return String(index).padStart(5, '0');
}

let root: string;

async function writeSequence(sequence: string, count: number, layout: '480p' | '' = ''): Promise<void> {
  for (let i = 0; i < count; i++) {
    await writeFrame(join(root, 'JPEGImages', layout, sequence, `${name(i)}.png`), squareFrame(i));
    await writeMask(join(root, 'Annotations', layout, sequence, `${name(i)}.png`), squareMask(i), { format: 'binary' });
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-x2-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('findSequences', () => {
  it.each(['480p', ''] as const)('knows JPEGImages/%s', async (layout) => {
    await writeSequence('b', 3, layout);
    await writeSequence('a', 4, layout);
    const found = await findSequences(root, { maxFrames: 3 });
    expect(found.map(({ name, frames, masks }) => [name, frames.length, masks?.length])).toEqual([
      ['a', 3, 3],
      ['b', 3, 3],
    ]);
    expect(await findSequences(root, { sequences: ['b'], maxSequences: 1 })).toHaveLength(1);
  });

  it('takes a folder of frames, with masks or without', async () => {
    await writeSequence('a', 3);
    const frames = join(root, 'JPEGImages', 'a');
    expect((await findSequences(frames))[0]).toMatchObject({ name: 'a', masks: null });
    const masks = join(root, 'Annotations', 'a');
    expect((await findSequences(frames, { masks }))[0]!.masks).toHaveLength(3);
  });

  it('names what is missing', async () => {
    await writeSequence('a', 5);
    await expect(findSequences(join(root, 'none'))).rejects.toThrow(/none: no such folder/);
    await expect(findSequences(root, { sequences: ['z'] })).rejects.toThrow(/no sequence "z". It has: a/);
    await expect(findSequences(root, { maxFrames: 1 })).rejects.toThrow(/at least 3 frames, found 1/);
    await rm(join(root, 'Annotations', 'a', '00003.png'));
    await expect(findSequences(root)).rejects.toThrow(/00003.png: no such file/);
    await rm(join(root, 'JPEGImages', 'a', '00003.png'));
    await expect(findSequences(root)).rejects.toThrow(/00004.png: expected frame 3 after 00002.png/);
  });
});
