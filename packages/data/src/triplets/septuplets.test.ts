import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createRandom } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatches } from '../batches/batches.js';
import { planSeptuplets } from '../batches/triplet-series.js';
import { writeFrame } from '../image/frame-file.js';
import { openSeptupletDataset } from './septuplets.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-septuplets-'));
  for (const name of ['00001/0001', '00001/0002']) {
    for (let k = 1; k <= 7; k++) {
      // The grey level tells the frame.
      const data = new Uint8Array(20 * 16 * 3).fill(k * 10);
      await writeFrame(join(dir, 'sequences', name, `im${k}.png`), { data, width: 20, height: 16 });
    }
  }
  await writeFile(join(dir, 'sep_trainlist.txt'), '00001/0001\n00001/0002\n\n');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('openSeptupletDataset', () => {
  it('chooses any three frames in order, all equally likely, and says where the middle one lies', async () => {
    const folder = await openSeptupletDataset(dir, 'train');
    expect(folder.names).toEqual(['00001/0001', '00001/0002']);
    const counts = new Map<string, number>();
    for (let k = 0; k < 700; k++) {
      const { frames, t } = await folder.sample(k % 2, createRandom(k));
      const [first, middle, last] = frames.map(({ data }) => data[0]! / 10) as [number, number, number];
      expect(t).toBe((middle - first) / (last - first));
      const choice = `${first}${middle}${last}`;
      counts.set(choice, (counts.get(choice) ?? 0) + 1);
    }
    expect(counts.size).toBe(35);
    expect(Math.max(...counts.values())).toBeLessThan(45);
  });

  it('can keep to the frame halfway and to given distances', async () => {
    const folder = await openSeptupletDataset(dir, 'train', { t: 0.5, span: [4, 6] });
    for (let k = 0; k < 30; k++) {
      const { frames, t } = await folder.sample(0, createRandom(k));
      const [first, middle, last] = frames.map(({ data }) => data[0]! / 10) as [number, number, number];
      expect(t).toBe(0.5);
      expect([4, 6]).toContain(last - first);
      expect(middle - first).toBe(last - middle);
    }
    await expect(openSeptupletDataset(dir, 'train', { t: 0.5, span: [3, 3] })).rejects.toThrow(ConfigError);
    await expect(openSeptupletDataset(dir, 'train', { span: [7, 9] })).rejects.toThrow(/no 8 frames in a septuplet/);
  });

  it('names a missing list and a missing frame', async () => {
    await expect(openSeptupletDataset(dir, 'test')).rejects.toThrow(/sep_testlist\.txt: no such file/);
    await writeFile(join(dir, 'sep_testlist.txt'), '00001/0009\n');
    await expect(openSeptupletDataset(dir, 'test')).rejects.toThrow(/0009\/im1\.png: no such file/);
  });

  it('gives batches with other frames each epoch, the same for any number of workers', async () => {
    const plan = await planSeptuplets({ dataset: await openSeptupletDataset(dir, 'train'), seed: 4, crop: [16, 16] });
    const inline = createBatches(plan, { batchSize: 2 });
    const pooled = createBatches(plan, { batchSize: 2, workers: 1 });
    const seen = new Set<string>();
    for (let step = 0; step < 8; step++) {
      const batch = await inline.batch(step);
      if (step % 3 === 0) expect(await pooled.batch(step)).toEqual(batch);
      seen.add([...batch.t!.data].join());
    }
    await pooled.dispose();
    expect(seen.size).toBeGreaterThan(4);
  });
});
