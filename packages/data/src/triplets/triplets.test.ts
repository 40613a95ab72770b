import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTripletBatches } from '../batches/batches.js';
import { writeFrame } from '../image/frame-file.js';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { openTripletDataset } from './open.js';
import { writeSyntheticDataset } from './write.js';

const scene = { height: 32, width: 40 };
let root: string;
let dir: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-triplets-'));
  dir = join(root, 'data');
  await writeSyntheticDataset(dir, { seed: 3, train: 5, test: 2, scene, flow: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A copy of the data set to damage. */
async function copy(name: string): Promise<string> {
  const target = join(root, name);
  await cp(dir, target, { recursive: true });
  return target;
}

describe('openTripletDataset', () => {
  it('reads back what was written', async () => {
    const train = await openTripletDataset(dir, 'train', { flow: true });
    expect(train.names).toEqual(['00001/0001', '00001/0002', '00001/0003', '00001/0004', '00001/0005']);
    const written = await createSyntheticDataset({ seed: 3, length: 5, scene, flow: true }).sample(1);
    const read = await train.sample(1);
    expect(read.frames).toEqual(written.frames);
    expect(read.flow).toEqual(written.flow);
    expect(read.masks).toEqual(
      written.masks!.map((mask) => ({ ...mask, data: mask.data.map((l) => (l > 0 ? 1 : 0)) })),
    );
    const test = await openTripletDataset(dir, 'test');
    expect(test.names).toEqual(['00001/0006', '00001/0007']);
    expect((await test.sample(0)).flow).toBeUndefined();
    await expect(test.sample(2)).rejects.toThrow(/integer in \[0, 2\), found 2/);
  });

  it('names a missing list, a missing file and a malformed line', async () => {
    await expect(openTripletDataset(join(root, 'none'), 'train')).rejects.toThrow(/tri_trainlist\.txt: no such file/);
    const bad = await copy('bad');
    await rm(join(bad, 'sequences/00001/0002/im3.png'));
    await expect(openTripletDataset(bad, 'train')).rejects.toThrow(/0002\/im3\.png: no such file/);
    const lazy = await openTripletDataset(bad, 'train', { verify: false });
    await expect(lazy.sample(1)).rejects.toThrow(/0002\/im3\.png: no such file/);
    for (const [text, message] of [
      ['00001/0001\n0002\n', /line 2: expected a folder such as 00001\/0389, found "0002"/],
      ['../x/0001\n', /line 1/],
      ['\n', /lists no folder/],
    ] as const) {
      await writeFile(join(bad, 'tri_testlist.txt'), text);
      await expect(openTripletDataset(bad, 'test')).rejects.toThrow(message);
    }
    await rm(join(bad, 'masks/00001/0001/mask2.png'));
    await writeFile(join(bad, 'tri_testlist.txt'), '00001/0001\r\n');
    await expect(openTripletDataset(bad, 'test')).rejects.toThrow(/mask2\.png/);
    expect(await openTripletDataset(bad, 'test', { masks: false })).toHaveLength(1);
  });

  it('names files of another size and damaged files', async () => {
    const bad = await copy('sizes');
    await writeFrame(join(bad, 'sequences/00001/0001/im2.png'), { data: new Uint8Array(48), width: 4, height: 4 });
    const im1 = join(bad, 'sequences/00001/0002/im1.png');
    await writeFile(im1, (await readFile(im1)).subarray(0, 200));
    const train = await openTripletDataset(bad, 'train');
    await expect(train.sample(0)).rejects.toThrow(/im2\.png: expected 40 x 32 as .*im1\.png has, found 4 x 4/);
    await expect(train.sample(1)).rejects.toThrow(MediaError);
    await expect(train.sample(1)).rejects.toThrow(/0002\/im1\.png: is damaged/);
    for (const workers of [0, 1] as const) {
      const source = createTripletBatches({ dataset: train, seed: 1, batchSize: 5, workers });
      const failure = await source.batch(0).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MediaError);
      expect(failure).toHaveProperty('message', expect.stringMatching(/^\/.*im[12]\.png: /));
      await source.dispose();
    }
  });
});

describe('createTripletBatches', () => {
  const options = {
    seed: 9,
    batchSize: 2,
    crop: [16, 16],
    augment: { flipHorizontal: 0.5, reverseTime: 0.5, upscale: 0.1 },
  } as const;

  it('gives the same batches for any number of workers', async () => {
    const dataset = await openTripletDataset(dir, 'train', { flow: true });
    const inline = createTripletBatches({ ...options, dataset });
    const pooled = createTripletBatches({ ...options, dataset, workers: 2 });
    for (const step of [0, 1, 2, 7]) expect(await pooled.batch(step)).toEqual(await inline.batch(step));
    expect((await inline.batch(0)).flow!.shape).toEqual([2, 16, 16, 4]);
    await pooled.dispose();
  });

  it('knows the names of the samples in a batch', async () => {
    const dataset = await openTripletDataset(dir, 'train');
    const all = await Promise.all(Array.from({ length: 5 }, (_, index) => dataset.sample(index)));
    const source = createTripletBatches({ dataset, seed: 4, batchSize: 5 });
    const [names, { frame0 }] = [(await source.names?.(3)) ?? [], await source.batch(3)];
    const shown = names.map((name) => all.find((sample) => sample.name === name)?.frames[0].data ?? []);
    expect(shown.flatMap((data) => Array.from(data, (value) => Math.fround(value * (1 / 255))))).toEqual(
      Array.from(frame0!.data),
    );
    expect(new Set(names).size).toBe(5);
    const pooled = createTripletBatches({ dataset, seed: 4, batchSize: 5, workers: 1 });
    expect(await pooled.names?.(3)).toEqual(names);
    await pooled.dispose();
  });

  it('shows every sample once an epoch, in an order that changes with epoch and seed', async () => {
    const dataset = await openTripletDataset(dir, 'train');
    const shown = async (seed: number, shuffle: boolean) => {
      const source = createTripletBatches({ dataset, seed, batchSize: 1, shuffle });
      const sums = [];
      for (let step = 0; step < 10; step++) {
        const { frame0 } = await source.batch(step);
        sums.push(Math.round(Array.from(frame0!.data).reduce((sum, value) => sum + value, 0) * 1000));
      }
      return sums;
    };
    const plain = await shown(1, false);
    expect(plain.slice(0, 5)).toEqual(plain.slice(5));
    const shuffled = await shown(1, true);
    expect(new Set(shuffled.slice(0, 5))).toEqual(new Set(plain));
    expect(new Set(shuffled.slice(5))).toEqual(new Set(plain));
    const other = await shown(2, true);
    expect([shuffled.slice(0, 5), shuffled.slice(5), other.slice(0, 5)]).not.toEqual(
      Array(3).fill(shuffled.slice(0, 5)),
    );
  });
});
