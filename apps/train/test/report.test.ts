import { appendFile, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrainingError } from '@vosvfi/core';
import type { TrainEvent } from '@vosvfi/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe, runTraining, writeRunReport } from '../src/index.js';
import { readRun } from '../src/report/read-run.js';
import { createJsonReporter } from '../src/reporter.js';

const tiny = fileURLToPath(new URL('tiny.yaml', import.meta.url));
let folder: string;
const events: TrainEvent[] = [];

async function run(options: { stopAfter?: number; resume: boolean }): Promise<void> {
  const { recipe } = await loadRecipe(tiny);
  const stop = new AbortController();
  await runTraining(recipe, {
    runFolder: join(folder, 'run'),
    resume: options.resume,
    signal: stop.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'progress' && event.step === options.stopAfter) stop.abort();
    },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-report-'));
  await run({ resume: false, stopAfter: 4 });
  await run({ resume: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('what a run leaves to look at', () => {
  it('is a report with curves, pictures by step, sessions and the recipe, that loads nothing', async () => {
    const html = await readFile(join(folder, 'run', 'report.html'), 'utf8');
    for (const text of [
      'completed, 6 of 6 steps',
      'Terms of the loss',
      'Validation: PSNR, dB',
      'kind: ifrnet_custom',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain('data-steps="[3,6]"');
    expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(4);
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
  });

  it('is told of in JSON without pixels and weights', () => {
    const lines: string[] = [];
    const reporter = createJsonReporter({ write: (text) => lines.push(text) });
    for (const event of events) reporter.event(event);
    const records = lines.map((line) => JSON.parse(line));
    const validation = records.find(({ type }) => type === 'validation');
    expect(validation.pictures[0]).toEqual({
      name: 'sample-0',
      file: join('pictures', 'step-00000003', 'sample-0.png'),
    });
    const { values } = records.find(({ type }) => type === 'histograms');
    const figures = values['encoder.pyramid1.0.0.weight'];
    expect(figures.count).toBeGreaterThan(0);
    expect(figures.deviation).toBeGreaterThan(0);
    expect(figures.min).toBeLessThan(figures.max);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(20_000);
  });

  it('remembers each session of a resumed run', async () => {
    const { sessions, pictures, total } = await readRun(join(folder, 'run'));
    expect(sessions.map(({ started, ended }) => [started.step, ended?.status])).toEqual([
      [0, 'interrupted'],
      [4, 'completed'],
    ]);
    expect(sessions[1]?.pace.map(({ step }) => step)).toEqual([5, 6]);
    expect(pictures.map(({ step, files }) => [step, ...files.keys()])).toEqual([
      [3, 'sample-0', 'sample-1'],
      [6, 'sample-0', 'sample-1'],
    ]);
    expect(total.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    const files = await readdir(join(folder, 'run'));
    expect(files.filter((file) => file.startsWith('events.out.tfevents.'))).toHaveLength(2);
  });

  it('can be compared in one page, of runs that are being written too', async () => {
    const [first, second] = [join(folder, 'run'), join(folder, 'copy')];
    await cp(first, second, { recursive: true });
    await appendFile(join(second, 'metrics.jsonl'), '{"type":"train","st');
    const file = join(folder, 'comparison.html');
    await writeRunReport([first, second], file);
    const html = await readFile(file, 'utf8');
    expect(html).toContain('2 runs compared');
    expect(html).toContain('All runs have the same recipe.');
    expect(html).toContain('Validation over time: PSNR, dB');
    expect(html).toContain('copy, sample-1');
    await expect(writeRunReport([join(folder, 'nothing')], file)).rejects.toThrow(TrainingError);
  });
});
