import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFrame, writeFrame } from '../image/frame-file.js';
import { writeSyntheticDataset } from '../triplets/write.js';
import { checkTriplets, writeCleanLists } from './check.js';

let root: string;
let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
const frame = (name: string, k: number) => at('sequences', name, `im${k}.png`);
const names = (count: number) => Array.from({ length: count }, (_, k) => `00001/${String(k + 1).padStart(4, '0')}`);

/** Code and file of every finding. */
async function found(): Promise<string[]> {
  return (await checkTriplets(dir)).findings.map(({ code, file }) => `${code} ${file}`);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-check-'));
  const scene = { height: 48, width: 64 };
  await writeSyntheticDataset(join(root, 'whole'), { seed: 7, train: 4, test: 2, scene, flow: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  dir = join(root, 'copy');
  await rm(dir, { recursive: true, force: true });
  await cp(join(root, 'whole'), dir, { recursive: true });
});

describe('checkTriplets', () => {
  it('finds nothing in a whole data set', async () => {
    const events: number[] = [];
    const report = await checkTriplets(dir, {
      onProgress: (event) => event.type === 'progress' && events.push(event.done),
    });
    expect(report).toMatchObject({ triplets: 6, errors: 0, warnings: 0, findings: [] });
    expect(report.clean).toEqual({ train: names(6).slice(0, 4), test: names(6).slice(4) });
    expect(events).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('names files that are missing, cut off, empty, grey, transparent or of another size', async () => {
    await rm(frame('00001/0001', 2));
    const bytes = await readFile(frame('00001/0002', 1));
    await writeFile(frame('00001/0002', 1), bytes.subarray(0, bytes.length >> 1));
    await writeFile(frame('00001/0003', 3), '');
    await sharp(bytes).toColourspace('b-w').png().toFile(frame('00001/0004', 1));
    await sharp(bytes).ensureAlpha().png().toFile(frame('00001/0005', 1));
    await sharp(bytes).resize(32, 24).png().toFile(frame('00001/0006', 3));
    const { findings, clean, errors } = await checkTriplets(dir);
    expect(findings.map(({ code, file }) => `${code} ${file}`).sort()).toEqual([
      'missing-file sequences/00001/0001/im2.png',
      'not-rgb sequences/00001/0004/im1.png',
      'not-rgb sequences/00001/0005/im1.png',
      'size-differs sequences/00001/0006/im3.png',
      'unreadable sequences/00001/0002/im1.png',
      'unreadable sequences/00001/0003/im3.png',
    ]);
    expect(errors).toBe(6);
    expect(clean).toEqual({ train: [], test: [] });
    const messages = findings.map(({ message }) => message).join('\n');
    expect(messages).toMatch(/expected 64 x 48 as im1\.png has, found 32 x 24/);
    expect(messages).toMatch(/the file is empty/);
    expect(messages).toMatch(/expected 8-bit RGB, found 1 channel of/);
  });

  it('finds equal triplets, also reversed, and says if they are in the other list', async () => {
    await cp(at('sequences/00001/0001'), at('sequences/00001/0002'), { recursive: true });
    await copyFile(frame('00001/0003', 1), frame('00001/0005', 3));
    await copyFile(frame('00001/0003', 2), frame('00001/0005', 2));
    await copyFile(frame('00001/0003', 3), frame('00001/0005', 1));
    const { findings, clean } = await checkTriplets(dir);
    expect(findings).toMatchObject([
      { code: 'duplicate', triplet: '00001/0002', message: 'has the pixels of 00001/0001.' },
      { code: 'duplicate', triplet: '00001/0005', message: expect.stringContaining('which is in the train list') },
    ]);
    expect(clean).toEqual({ train: ['00001/0001', '00001/0003', '00001/0004'], test: ['00001/0006'] });
  });

  it('warns of triplets that look alike, and of another size', async () => {
    for (const k of [1, 2, 3]) {
      const { data, width, height } = await readFrame(frame('00001/0001', k));
      const lighter = (data as Uint8Array).map((value) => Math.min(255, value + 1));
      await writeFrame(frame('00001/0002', k), { data: lighter, width, height });
      const larger = await sharp(await readFile(frame('00001/0003', k)))
        .resize(128, 96)
        .png()
        .toBuffer();
      await writeFile(frame('00001/0006', k), larger);
    }
    await rm(at('masks'), { recursive: true });
    await rm(at('flow'), { recursive: true });
    const report = await checkTriplets(dir);
    expect(report.findings.map(({ code, triplet }) => `${code} ${triplet}`)).toEqual([
      'other-size 00001/0006',
      'near-duplicate 00001/0002',
      'near-duplicate-across 00001/0006',
    ]);
    expect(report).toMatchObject({ errors: 0, warnings: 3 });
    expect(report.clean.train).toHaveLength(4);
  });

  it('finds repeated and still frames, cuts, and a middle frame that is not between the others', async () => {
    await copyFile(frame('00001/0001', 1), frame('00001/0001', 2));
    const { data, width, height } = await readFrame(frame('00001/0002', 1));
    for (const k of [2, 3]) {
      const same = (data as Uint8Array).slice();
      same[k] = same[k]! ^ 1;
      await writeFrame(frame('00001/0002', k), { data: same, width, height });
    }
    await sharp(frame('00001/0003', 3)).negate().png().toFile(at('negative.png'));
    await rename(at('negative.png'), frame('00001/0003', 3));
    // A pan: its middle frame comes first.
    const original = await readFile(frame('00001/0004', 1));
    const wide = await sharp(original).resize(160, 120).png().toBuffer();
    for (const [k, left] of [
      [1, 4],
      [2, 0],
      [3, 8],
    ] as const) {
      const part = sharp(wide).extract({ left: 20 + left, top: 20, width: 64, height: 48 });
      await writeFile(frame('00001/0004', k), await part.png().toBuffer());
    }
    expect(await found()).toEqual([
      'repeated-frame sequences/00001/0001/im2.png',
      'still sequences/00001/0002/im3.png',
      'scene-change sequences/00001/0003/im3.png',
      'frame-order sequences/00001/0004/im2.png',
    ]);
  });

  it('compares lists and folders', async () => {
    await rename(at('sequences/00001/0002'), at('sequences/00001/0099'));
    const lines = ['00001/0001', '00001/0002', '00001/0003', '00001/0003', '../outside', '00001/0004', ''];
    await writeFile(at('tri_trainlist.txt'), lines.join('\r\n'));
    await writeFile(at('tri_testlist.txt'), '00001/0004\n00001/0005\n00001/0006');
    await rm(at('masks'), { recursive: true });
    await rm(at('flow'), { recursive: true });
    const report = await checkTriplets(dir);
    expect(report.findings.map(({ code, file, triplet }) => `${code} ${triplet ?? file}`)).toEqual([
      'listed-twice 00001/0003',
      'bad-list-line tri_trainlist.txt',
      'in-both-lists 00001/0004',
      'missing-folder 00001/0002',
      'not-listed 00001/0099',
    ]);
    const files = await writeCleanLists(join(root, 'lists'), report);
    expect(await readFile(files[0]!, 'utf8')).toBe('00001/0001\n00001/0003\n00001/0004\n');
    expect(await readFile(files[1]!, 'utf8')).toBe('00001/0005\n00001/0006\n');
  });

  it('checks masks and flow', async () => {
    const mask = (name: string, k: number) => at('masks', name, `mask${k}.png`);
    const flat = (level: number, width = 64) =>
      sharp({ create: { width, height: 48, channels: 3, background: { r: level, g: level, b: level } } })
        .toColourspace('b-w')
        .png();
    await flat(0).toFile(mask('00001/0001', 1));
    await flat(255).toFile(mask('00001/0001', 2));
    await flat(128).toFile(mask('00001/0002', 1));
    await flat(255, 32).toFile(mask('00001/0003', 3));
    await rm(mask('00001/0004', 2));
    await writeFile(mask('00001/0005', 1), 'no picture');
    const flow = at('flow/00001/0006/flow_t0.flo');
    const bytes = await readFile(flow);
    bytes.writeFloatLE(Number.NaN, 12);
    await writeFile(flow, bytes);
    await rm(at('flow/00001/0006/flow_t1.flo'));
    expect((await found()).sort()).toEqual([
      'flow-missing flow/00001/0006/flow_t1.flo',
      'flow-values flow/00001/0006/flow_t0.flo',
      'mask-empty masks/00001/0001/mask1.png',
      'mask-full masks/00001/0001/mask2.png',
      'mask-full masks/00001/0002/mask1.png',
      'mask-full masks/00001/0003/mask3.png',
      'mask-missing masks/00001/0004/mask2.png',
      'mask-size masks/00001/0003/mask3.png',
      'mask-values masks/00001/0002/mask1.png',
      'unreadable masks/00001/0005/mask1.png',
    ]);
  });

  it('names a folder that is missing or holds nothing', async () => {
    await expect(checkTriplets(join(root, 'nothing'))).rejects.toThrow(MediaError);
    await mkdir(join(root, 'empty'), { recursive: true });
    const { findings } = await checkTriplets(join(root, 'empty'));
    expect(findings.map(({ code }) => code)).toEqual(['missing-list', 'missing-list', 'missing-folder']);
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    await expect(checkTriplets(dir, { onProgress, signal: stop.signal })).rejects.toThrow('enough');
  });
});
