import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, TrainingError } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadStudy } from '../src/study/load.js';
import { runStudy, type StudyEvent } from '../src/study/run.js';

const file = fileURLToPath(new URL('tiny-study.yaml', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-study-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The tiny study with some of its fields replaced, in a file of its own. */
async function changed(changes: object): Promise<string> {
  const path = join(folder, 'changed.yaml');
  await writeFile(path, stringify({ ...parse(await readFile(file, 'utf8')), ...changes }));
  return path;
}

const twoRuns = { seeds: [1], equalTime: undefined, metrics: ['psnr', 'boundaryPsnr'] };

interface Run {
  readonly status: string;
  readonly events: StudyEvent[];
}

async function run(path: string, stopAt?: { readonly variant: string; readonly step: number }): Promise<Run> {
  const stop = new AbortController();
  const events: StudyEvent[] = [];
  let current = '';
  const { status } = await runStudy(await loadStudy(path), {
    folder: join(folder, 'study'),
    signal: stop.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'run') current = event.variant;
      if (event.type !== 'train' || event.event.type !== 'progress' || stopAt === undefined) return;
      if (current === stopAt.variant && event.event.step === stopAt.step) stop.abort();
    },
  });
  return { status, events };
}

const read = (...path: string[]): Promise<Buffer> => readFile(join(folder, 'study', ...path));

/** Steps that were trained, by variant. */
function trainedSteps(events: readonly StudyEvent[]): Record<string, number[]> {
  const steps: Record<string, number[]> = {};
  let current = '';
  for (const event of events) {
    if (event.type === 'run') {
      current = event.variant;
      steps[current] ??= [];
    }
    if (event.type === 'train' && event.event.type === 'progress') steps[current]?.push(event.event.step);
  }
  return steps;
}

describe('a study', () => {
  it('goes on where it was interrupted and ends with the same numbers', async () => {
    const path = await changed(twoRuns);
    const interrupted = await run(path, { variant: 'wide', step: 2 });
    expect(interrupted.status).toBe('interrupted');
    expect(JSON.parse(String(await read('results.json')))).toMatchObject({ runsPlanned: 2, runsFinished: 1 });
    await expect(stat(join(folder, 'study/runs/wide/seed-1/weights.safetensors'))).rejects.toThrow('ENOENT');

    const resumed = await run(path);
    expect(resumed.status).toBe('completed');
    expect(trainedSteps(resumed.events)).toEqual({ plain: [], wide: [3] });
    const weights = await read('runs', 'wide', 'seed-1', 'weights.safetensors');
    const tests = await read('runs', 'wide', 'seed-1', 'tests.json');
    const results = JSON.parse(String(await read('results.json')));

    await rm(join(folder, 'study'), { recursive: true });
    await run(path);
    expect((await read('runs', 'wide', 'seed-1', 'weights.safetensors')).equals(weights)).toBe(true);
    expect((await read('runs', 'wide', 'seed-1', 'tests.json')).equals(tests)).toBe(true);
    const { cells, differences } = JSON.parse(String(await read('results.json')));
    expect({ cells, differences }).toEqual({ cells: results.cells, differences: results.differences });
  });

  it('trains one variant for as long as another takes, and writes tables', async () => {
    const path = await changed({ seeds: [1], metrics: ['psnr'] });
    expect((await run(path)).status).toBe('completed');
    const results = JSON.parse(String(await read('results.json')));
    const [{ ratio, steps, variantSecondsPerStep, referenceSecondsPerStep }] = results.calibration;
    expect(ratio).toBeCloseTo(referenceSecondsPerStep / variantSecondsPerStep, 9);
    expect(steps).toBe(Math.max(1, Math.round(3 * ratio)));
    const recipe = parse(String(await read('runs', 'plain-equal-time', 'seed-1', 'recipe.yaml')));
    expect(recipe).toMatchObject({ steps, seed: 1, schedule: { every: Math.max(1, Math.round((2 * steps) / 3)) } });
    await expect(stat(join(folder, 'study', 'calibration'))).rejects.toThrow('ENOENT');

    const psnr = (name: string): number =>
      results.cells.find((cell: { variant: string }) => cell.variant === name).mean;
    const [equalSteps, equalTime] = results.differences;
    expect(equalSteps).toMatchObject({ variant: 'wide', reference: 'plain', equal: 'steps', n: 1, interval: null });
    expect(equalTime).toMatchObject({ variant: 'wide', reference: 'plain-equal-time', equal: 'time' });
    expect(equalSteps.mean).toBeCloseTo(psnr('wide') - psnr('plain'), 9);

    const markdown = String(await read('results.md'));
    for (const row of ['| repeat |', '| blend |', '| wide - plain (equal steps) |']) expect(markdown).toContain(row);
    const csv = String(await read('results.csv'))
      .trim()
      .split('\n');
    expect(csv).toHaveLength(1 + results.cells.length + results.differences.length);
    expect(new Set(csv.map((line) => line.split(',').length))).toEqual(new Set([13]));
  });

  it('refuses a folder that was begun with another study, naming the field', async () => {
    const path = await changed({ ...twoRuns, evaluate: {} });
    await run(path, { variant: 'plain', step: 1 });
    const other = await changed({
      ...twoRuns,
      evaluate: {},
      variants: { plain: {}, wide: { 'network.config.side': 3 } },
    });
    const error = await run(other).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TrainingError);
    expect((error as Error).message).toContain(
      '"study.variants.wide.network.config.side": it was begun with 4, now it is 3',
    );
  });
});

describe('a study file', () => {
  const problem = async (changes: object): Promise<string> => {
    const error = await loadStudy(await changed(changes)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  };

  it('makes every combination of its axes but those left out, and compares each with its own reference', async () => {
    const axes = {
      network: { small: {}, large: { 'network.config.side': 4 } },
      objective: { plain: {}, vos: { 'objective.vos': {} }, released: { 'objective.vos': { mode: 'released' } } },
    };
    const { plan, recipes } = await loadStudy(
      await changed({
        variants: undefined,
        axes,
        exclude: [{ network: 'large', objective: 'released' }],
        reference: { objective: 'plain' },
        equalTime: { variant: { objective: 'plain' }, reference: { objective: 'vos' } },
      }),
    );
    const names = ['small-plain', 'small-vos', 'small-released', 'large-plain', 'large-vos'];
    expect([...recipes.keys()]).toEqual(names);
    expect(recipes.get('large-vos')).toMatchObject({
      network: { config: { side: 4 } },
      objective: { kind: 'ifrnet', vos: { mode: 'paper' } },
    });
    expect(plan.comparisons).toEqual([
      { variant: 'small-vos', reference: 'small-plain', equal: 'steps' },
      { variant: 'small-released', reference: 'small-plain', equal: 'steps' },
      { variant: 'large-vos', reference: 'large-plain', equal: 'steps' },
      { variant: 'small-vos', reference: 'small-plain-equal-time', equal: 'time' },
      { variant: 'large-vos', reference: 'large-plain-equal-time', equal: 'time' },
    ]);
  });

  it('names what is wrong, in the study and in the recipes it makes', async () => {
    expect(await problem({ sedes: [1] })).toContain('sedes: unknown key. Did you mean "seeds"?');
    expect(await problem({ axes: { a: { b: {} } } })).toContain('variants: expected either "variants" or "axes"');
    expect(await problem({ seeds: [1, 1] })).toContain('seeds: expected each seed once');
    expect(await problem({ reference: 'narrow' })).toContain(
      'reference: no variant is "narrow". There are: plain, wide.',
    );
    expect(await problem({ variants: { plain: { 'network.config.sides': 4 }, wide: {} } })).toContain(
      'variant plain: network.config.sides: unknown key. Did you mean "side"?',
    );
    expect(await problem({ base: 'nothing_of_this_name' })).toContain('there is none of the name');
  });
});
