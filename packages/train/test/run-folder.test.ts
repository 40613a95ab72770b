import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, type HostTensor, TrainingError } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cosineSchedule,
  createTrainControl,
  openRunFolder,
  type TrainEvent,
  type TrainSummary,
  train,
} from '../src/index.js';
import { fakeBatches } from './fake-batches.js';
import { fakeStep } from './fake-step.js';

const steps = 20;
const recipe = { seed: 3, optimizer: { kind: 'adamw', weightDecay: 0 }, crop: [8, 8] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface RunOptions {
  resume?: boolean;
  stopAfter?: number;
  crashAt?: number;
  recipe?: Record<string, unknown>;
  keepLast?: number;
  poison?: (step: number) => boolean;
}

/** One process' worth of a run in `path`. */
async function go(path: string, options: RunOptions = {}) {
  const warnings: string[] = [];
  const { resume = false, keepLast = 3 } = options;
  const run = await openRunFolder(path, {
    recipe: options.recipe ?? recipe,
    resume,
    keepLast,
    onWarning: (message) => warnings.push(message),
  });
  const stop = new AbortController();
  const events: TrainEvent[] = [];
  const source = fakeBatches(options.poison === undefined ? {} : { poison: options.poison });
  const batches = {
    ...source,
    batch: async (step: number) => {
      if (step === options.crashAt) throw new Error('crash');
      return source.batch(step);
    },
  };
  let summary: TrainSummary | undefined;
  try {
    summary = await train({
      step: fakeStep(),
      batches,
      steps,
      schedule: cosineSchedule({ start: 0.3, end: 0.01, steps }),
      run,
      logEvery: 1,
      checkpointEvery: 5,
      nonFinite: 'skip',
      validate: async (step) => ({ metrics: { psnr: step / 2 } }),
      validateEvery: 4,
      signal: stop.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'progress' && event.step === options.stopAfter) stop.abort();
      },
    });
  } finally {
    await run.close();
  }
  return { summary, warnings, events };
}

async function finalWeights(path: string): Promise<HostTensor> {
  const { tensors } = await readSafetensors(join(path, 'weights.safetensors'));
  return toHostTensor(tensors.get('w')!, 'w');
}

/** Asserts that run `actual` ended exactly as run `expected`: final weights, optimizer state, metrics. */
async function expectSameRun(actual: string, expected: string): Promise<void> {
  const last = join('checkpoints', 'step-00000020');
  for (const file of [
    'weights.safetensors',
    'metrics.jsonl',
    join(last, 'optimizer.safetensors'),
    join(last, 'state.json'),
  ]) {
    const [a, b] = await Promise.all([readFile(join(actual, file)), readFile(join(expected, file))]);
    expect(a.equals(b), file).toBe(true);
  }
}

describe('run folder', () => {
  it('holds recipe, metrics, the last checkpoints, a pointer and the final weights', async () => {
    const path = join(folder, 'run');
    const { summary } = await go(path);
    expect(summary).toMatchObject({ status: 'completed', step: steps });
    expect((await readdir(path)).sort()).toEqual([
      'checkpoints',
      'metrics.jsonl',
      'recipe.yaml',
      'weights.safetensors',
    ]);
    expect((await readdir(join(path, 'checkpoints'))).sort()).toEqual([
      'latest',
      'step-00000010',
      'step-00000015',
      'step-00000020',
    ]);
    expect(await readFile(join(path, 'checkpoints/latest'), 'utf8')).toBe('step-00000020\n');
    expect(await readFile(join(path, 'recipe.yaml'), 'utf8')).toContain('weightDecay: 0');
    const lines = (await readFile(join(path, 'metrics.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(lines.filter((line) => line.type === 'train')).toHaveLength(steps);
    expect(lines.filter((line) => line.type === 'validation').map((line) => line.step)).toEqual([4, 8, 12, 16, 20]);
    expect((await finalWeights(path)).data.every(Number.isFinite)).toBe(true);
  });

  it.each([1, 7, 10, 19])(
    'stopped after step %i and resumed, equals the unbroken run bit for bit',
    async (stopAfter) => {
      await go(join(folder, 'whole'));
      const broken = join(folder, 'broken');
      const { summary } = await go(broken, { stopAfter });
      expect(summary).toMatchObject({ status: 'interrupted', step: stopAfter });
      expect(await readdir(broken)).not.toContain('weights.safetensors');
      await go(broken, { resume: true });
      await expectSameRun(broken, join(folder, 'whole'));
    },
  );

  it('interrupted in a pause, has saved what was done before it', async () => {
    const [control, stop] = [createTrainControl(), new AbortController()];
    const run = await openRunFolder(folder, { recipe, resume: false });
    await train({
      ...{ step: fakeStep(), batches: fakeBatches(), steps, schedule: () => 0.1, run, control, signal: stop.signal },
      onEvent: (event) => {
        if (event.type === 'progress' && event.step === 3) control.pause();
        if (event.type === 'paused') stop.abort();
      },
    });
    await run.close();
    expect(await readFile(join(folder, 'checkpoints/latest'), 'utf8')).toBe('step-00000003\n');
  });

  it('crashed between checkpoints, repeats the lost steps and equals the unbroken run', async () => {
    await go(join(folder, 'whole'));
    const broken = join(folder, 'broken');
    await expect(go(broken, { crashAt: 13 })).rejects.toThrow('crash');
    expect(await readFile(join(broken, 'metrics.jsonl'), 'utf8')).toContain('"step":13');
    const { events } = await go(broken, { resume: true });
    expect(events.find((event) => event.type === 'progress')).toMatchObject({ step: 11 });
    await expectSameRun(broken, join(folder, 'whole'));
  });

  it('crashed before its first checkpoint, starts again from the beginning', async () => {
    await go(join(folder, 'whole'));
    const broken = join(folder, 'broken');
    await expect(go(broken, { crashAt: 3 })).rejects.toThrow('crash');
    await go(broken, { resume: true });
    await expectSameRun(broken, join(folder, 'whole'));
  });

  it('killed while writing: a half-written folder and a torn metrics line leave no trace', async () => {
    await go(join(folder, 'whole'));
    const broken = join(folder, 'broken');
    await go(broken, { stopAfter: 12 });
    const half = join(broken, 'checkpoints', '.0a1b2c3d.tmp-step-00000015');
    await cp(join(broken, 'checkpoints', 'step-00000012'), half, { recursive: true });
    await rm(join(half, 'state.json'));
    await appendFile(join(broken, 'metrics.jsonl'), '{"type":"train","step":12,"lea');
    await go(broken, { resume: true });
    await expectSameRun(broken, join(folder, 'whole'));
    expect(await readdir(join(broken, 'checkpoints'))).not.toContain('.0a1b2c3d.tmp-step-00000015');
  });

  it.each([
    ['truncated weights', (path: string) => truncate(join(path, 'weights.safetensors'), 40)],
    ['missing optimizer state', (path: string) => rm(join(path, 'optimizer.safetensors'))],
    ['zeros after a power cut', (path: string) => writeFile(join(path, 'weights.safetensors'), new Uint8Array(200))],
    ['torn state', (path: string) => truncate(join(path, 'state.json'), 30)],
  ])('passes over a damaged newest checkpoint with a warning: %s', async (_name, damage) => {
    await go(join(folder, 'whole'), { keepLast: 1 });
    const broken = join(folder, 'broken');
    await go(broken, { stopAfter: 12 });
    await damage(join(broken, 'checkpoints', 'step-00000012'));
    const { warnings } = await go(broken, { resume: true, keepLast: 1 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('step-00000012');
    await expectSameRun(broken, join(folder, 'whole'));
    expect((await readdir(join(broken, 'checkpoints'))).sort()).toEqual(['latest', 'step-00000020']);
  });

  it('says so if every checkpoint is damaged', async () => {
    await go(folder, { stopAfter: 2 });
    await truncate(join(folder, 'checkpoints', 'step-00000002', 'weights.safetensors'), 3);
    await expect(go(folder, { resume: true })).rejects.toThrow(CheckpointError);
  });

  it('keeps count of skipped steps over a resume', async () => {
    const poison = (step: number): boolean => step === 2 || step === 9;
    await go(folder, { stopAfter: 6, poison });
    const { summary } = await go(folder, { resume: true, poison });
    expect(summary).toMatchObject({ status: 'completed', skipped: 2 });
  });

  it('names the field of a changed recipe', async () => {
    await go(folder, { stopAfter: 6 });
    const changed = { ...recipe, optimizer: { kind: 'adamw', weightDecay: 0.1 } };
    await expect(go(folder, { resume: true, recipe: changed })).rejects.toThrow(
      /the recipe changed at "optimizer\.weightDecay": the run was started with 0, now it is 0\.1/,
    );
    await expect(go(folder, { resume: true, recipe: { ...recipe, crop: [8] } })).rejects.toThrow(/"crop\[1\]"/);
    await expect(go(folder, { resume: true, recipe: { ...recipe, extra: 1 } })).rejects.toThrow(
      /"extra": the run was started with nothing, now it is 1/,
    );
  });

  it('neither overwrites a run nor resumes nothing', async () => {
    await expect(go(join(folder, 'none'), { resume: true })).rejects.toThrow(/there is no run to resume/);
    await go(folder, { stopAfter: 1 });
    await expect(go(folder)).rejects.toThrow(TrainingError);
  });

  it('names a damaged metrics line in the middle of the file', async () => {
    await go(folder, { stopAfter: 3 });
    await appendFile(join(folder, 'metrics.jsonl'), 'oops\n');
    await expect(go(folder, { resume: true })).rejects.toThrow(/metrics\.jsonl, line 4: .*oops/);
  });

  it('a completed run resumes to nothing more to do', async () => {
    await go(folder);
    const before = await readFile(join(folder, 'metrics.jsonl'), 'utf8');
    const { summary } = await go(folder, { resume: true });
    expect(summary).toMatchObject({ status: 'completed', step: steps });
    expect(await readFile(join(folder, 'metrics.jsonl'), 'utf8')).toBe(before);
  });

  it('rejects keepLast 0', async () => {
    await mkdir(folder, { recursive: true });
    await expect(go(folder, { keepLast: 0 })).rejects.toThrow(/keepLast/);
  });
});
