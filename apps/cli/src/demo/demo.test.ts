import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openVideo } from '@vosvfi/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetsFolder } from '../assets-folder.js';
import { type DemoResult, runDemo } from './demo.js';

const clip = fileURLToPath(new URL('cup.mp4', assetsFolder));

async function countFrames(file: string): Promise<number> {
  let count = 0;
  for await (const _frame of (await openVideo(file)).frames()) count += 1;
  return count;
}

let out: string;
let result: DemoResult;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'vosvfi-demo-'));
  result = await runDemo({
    clip: { file: clip, credit: 'Clip: a <test>.' },
    out,
    overrides: [
      'steps=4',
      'batchSize=1',
      'schedule={kind: constant, rate: 1.0e-4}',
      'network.config={pyramid: [4, 4, 6, 6], side: 2}',
      'dataset.height=64',
      'dataset.width=64',
      'dataset.workers=0',
      'validation={every: 2, samples: 2}',
    ],
    scenes: 3,
    onStage: () => undefined,
    onProgress: () => undefined,
  });
});
afterAll(() => rm(out, { recursive: true }));

describe('demo', () => {
  it('measures the cross-fade, both networks and the true frame', async () => {
    const table = JSON.parse(await readFile(result.tableFile, 'utf8'));
    expect(table).toEqual(JSON.parse(JSON.stringify(result.table)));
    expect(table).toMatchObject({ seeds: [0], steps: 4, segmenter: 'stcn_tiny' });
    const [fade, without, aware, truth] = table.rows;
    for (const row of [fade, without, aware]) {
      expect(row.psnr).toBeGreaterThan(5);
      expect(row.foregroundPsnr).toBeGreaterThan(5);
    }
    expect(truth.psnr).toBeUndefined();
    for (const row of table.rows) {
      expect(row.jaccard).toBeGreaterThanOrEqual(0);
      expect(row.boundary).toBeLessThanOrEqual(1);
    }
    expect(aware.psnr).not.toBe(without.psnr);
  });

  it('doubles the clip’s frames', async () => {
    const [before, after] = await Promise.all([countFrames(clip), countFrames(result.videoFile)]);
    expect(after).toBe(2 * before - 1);
  });

  it('writes a report that needs nothing but itself', async () => {
    const html = await readFile(result.reportFile, 'utf8');
    expect(html.match(/(src|href)="(?!data:)/g)).toBeNull();
    expect(html).not.toMatch(/url\(|@import|<script|<link|https?:/);
    expect(html.match(/<svg/g)).toHaveLength(4);
    expect(html.match(/<img/g)!.length).toBeGreaterThan(10);
    expect(html).toContain('one seed (0), 4 steps of 1 scenes');
    expect(html).toContain('Clip: a &lt;test&gt;.');
  });

  it('keeps both runs', async () => {
    expect((await readdir(join(out, 'runs'))).sort()).toEqual(['with', 'without']);
  });
});
