import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, type Frame, MediaError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFrame } from '../image/frame-file.js';
import { findExecutable } from '../video/executables.js';
import { type FrameSequence, openFrameSequence } from './frame-sequence.js';

let folder: string;
const at = (name: string) => join(folder, name);

async function read(sequence: FrameSequence, first: number, last: number): Promise<Frame[]> {
  const frames = [];
  for await (const frame of sequence.frames(first, last)) frames.push(frame);
  return frames;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-sequence-'));
  const { path } = await findExecutable('ffmpeg');
  const pattern = ['-f', 'lavfi', '-i', 'testsrc=size=48x32:rate=25', '-frames:v', '30'];
  const codec = ['-c:v', 'libx264', '-g', '8', '-pix_fmt', 'yuv420p'];
  await promisify(execFile)(path, ['-v', 'error', ...pattern, ...codec, at('clip.mp4')]);
  await copyFile(at('clip.mp4'), at('clip.bin'));
  for (const [index, name] of ['f2.png', 'f10.jpg', 'f1.png'].entries()) {
    await writeFrame(at(`pictures/${name}`), {
      data: new Uint8Array(4 * 3 * 3).fill(index * 100),
      width: 4,
      height: 3,
    });
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('openFrameSequence', () => {
  it('reads a video from any frame in both directions', async () => {
    const sequence = await openFrameSequence(at('clip.mp4'));
    expect(sequence).toMatchObject({ width: 48, height: 32, count: 30 });
    expect([sequence.names[0], sequence.names[29]]).toEqual(['00000', '00029']);
    const all = await read(sequence, 0, 29);
    expect(all).toHaveLength(30);
    const data = (frames: Frame[]) => frames.map((frame) => frame.data);
    expect(data(await read(sequence, 11, 14))).toEqual(data(all.slice(11, 15)));
    expect(data(await read(sequence, 20, 3))).toEqual(data(all.slice(3, 21).reverse()));
    expect(data(await read(sequence, 5, 5))).toEqual(data([all[5]!]));
    await expect(read(sequence, 0, 30)).rejects.toThrow(ConfigError);
  });

  it('reads a folder of pictures in natural order', async () => {
    const sequence = await openFrameSequence(at('pictures'));
    expect(sequence).toMatchObject({ count: 3, names: ['f1', 'f2', 'f10'], info: undefined });
    expect((await read(sequence, 2, 0)).map(({ data }) => data[0])).toEqual([100, 0, 200]);
    await sequence.checkBackward();
  });

  it('names what is missing, has two sizes, one name twice, or cannot be read backward', async () => {
    await expect(openFrameSequence(at('none.mp4'))).rejects.toThrow(/none\.mp4: no such file/);
    const wide = { data: new Uint8Array(5 * 3 * 3), width: 5, height: 3 };
    await writeFrame(at('sizes/a.png'), { data: new Uint8Array(4 * 3 * 3), width: 4, height: 3 });
    await writeFrame(at('sizes/b.png'), wide);
    const sizes = await openFrameSequence(at('sizes'));
    await expect(read(sizes, 0, 1)).rejects.toThrow(/b\.png: expected 4 x 3 as a\.png has, found 5 x 3/);
    await writeFrame(at('twins/a.png'), wide);
    await writeFrame(at('twins/a.jpg'), wide);
    await expect(openFrameSequence(at('twins'))).rejects.toThrow(/has the same name/);
    const unseekable = await openFrameSequence(at('clip.bin'));
    expect(await read(unseekable, 0, 1)).toHaveLength(2);
    await expect(unseekable.checkBackward()).rejects.toThrow(MediaError);
  });
});
