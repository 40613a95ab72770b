import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPictureFiles, listPictures } from './picture-files.js';
import { createSink } from './sink.js';
import { createTensorboardView } from './tensorboard-view.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-views-'));
});
afterEach(() => rm(folder, { recursive: true }));

const frame = { data: new Uint8Array(12), width: 2, height: 2 };
const pictures = [{ name: 'sample-0', frame }];

describe('sink', () => {
  it('does jobs in order, tells of failures once and goes on', async () => {
    const [done, warnings]: [number[], string[]] = [[], []];
    const sink = createSink({ name: 'the file', onWarning: (message) => warnings.push(message) });
    for (const i of [0, 1, 2, 3]) {
      sink.add(async () => {
        if (i % 2 === 1) throw new Error('no space left on device');
        await new Promise((resolve) => setTimeout(resolve, 3 - i));
        done.push(i);
      });
    }
    await sink.idle();
    expect(done).toEqual([0, 2]);
    expect(warnings).toEqual([
      'the file: cannot be written (no space left on device). Training goes on; this is said once.',
    ]);
  });

  it('keeps no more jobs waiting than its limit', async () => {
    const [done, warnings]: [number[], string[]] = [[], []];
    const sink = createSink({ name: 'x', limit: 2, onWarning: (message) => warnings.push(message) });
    for (const i of [0, 1, 2, 3]) sink.add(async () => void done.push(i));
    await sink.idle();
    expect(done).toEqual([0, 1]);
    expect(warnings).toHaveLength(1);
  });
});

describe('views of a run', () => {
  const options = { batchSize: 1, logEvery: 1 };

  it('keep pictures by step, and forget those of steps that are done again', async () => {
    const view = createPictureFiles({
      ...options,
      runFolder: folder,
      step: 0,
      onWarning: (text) => expect(text).toBe(''),
    });
    for (const step of [10, 20]) view.event({ type: 'validation', step, metrics: {}, pictures });
    await view.idle();
    expect((await listPictures(folder)).map(({ step, files }) => [step, ...files.keys()])).toEqual([
      [10, 'sample-0'],
      [20, 'sample-0'],
    ]);
    await createPictureFiles({ ...options, runFolder: folder, step: 15, onWarning: () => {} }).idle();
    expect((await listPictures(folder)).map(({ step }) => step)).toEqual([10]);
    const [png] = (await listPictures(folder))[0]?.files.values() ?? [];
    expect([...(await readFile(png as string)).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('warn once where nothing can be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const warnings: string[] = [];
    const broken = {
      ...options,
      runFolder: join(file, 'run'),
      step: 0,
      onWarning: (text: string) => warnings.push(text),
    };
    const views = [createPictureFiles(broken), createTensorboardView(broken)];
    for (const view of views) {
      for (const step of [1, 2, 3]) view.event({ type: 'validation', step, metrics: { psnr: 1 }, pictures });
      await view.idle();
    }
    // The event file is opened as soon as its view exists, so which of the two is told first is not fixed.
    expect(warnings.sort()).toEqual([
      expect.stringMatching(/^TensorBoard file: cannot be written/),
      expect.stringMatching(/^pictures: cannot be written/),
    ]);
  });

  it('write an event file for each session', async () => {
    await mkdir(join(folder, 'run'));
    for (const step of [0, 5]) {
      const view = createTensorboardView({ ...options, runFolder: join(folder, 'run'), step, onWarning: () => {} });
      view.event({ type: 'histograms', step: step + 1, values: { a: Float32Array.of(1, 2) } });
      view.event({ type: 'checkpoint', step: step + 1, path: '' });
      await view.idle();
    }
    expect(await readdir(join(folder, 'run'))).toHaveLength(2);
  });
});
