import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, type HostTensor, hostTensor, TrainingError } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cosineSchedule,
  createTrainControl,
  openRunFolder,
  readCheckpoint,
  type TrainEvent,
  type TrainSummary,
  train,
  type WatchOptions,
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
  nonFinite?: 'stop' | 'skip';
  averaged?: boolean;
  watch?: WatchOptions;
  /** Metric of the validation after a step. */
  psnr?: (step: number) => number;
}

/** One process' worth of a run in `path`. */
async function go(path: string, options: RunOptions = {}) {
  const warnings: string[] = [];
  const { resume = false, keepLast = 3, averaged = false, psnr = (step) => step / 2 } = options;
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
      step: fakeStep({ averaged }),
      batches,
      steps,
      schedule: cosineSchedule({ start: 0.3, end: 0.01, steps }),
      run,
      logEvery: 1,
      checkpointEvery: 5,
      nonFinite: options.nonFinite ?? 'skip',
      ...options.watch,
      validate: async (step) => ({ metrics: { psnr: psnr(step) } }),
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
async function expectSameRun(actual: string, expected: string, step = steps): Promise<void> {
  const last = join('checkpoints', `step-${String(step).padStart(8, '0')}`);
  for (const file of [
    'weights.safetensors',
    'metrics.jsonl',
    join(last, 'optimizer.safetensors'),
    join(last, 'state.json'),
    ...(await readdir(join(expected, last)))
      .filter((name) => name === 'ema.safetensors')
      .map((name) => join(last, name)),
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

  it('saves the moving averages, which become the final weights', async () => {
    await go(folder, { averaged: true });
    const last = join(folder, 'checkpoints', 'step-00000020');
    const [final, ema, raw] = await Promise.all(
      [folder, last, last].map((path, i) =>
        readFile(join(path, ['weights.safetensors', 'ema.safetensors', 'weights.safetensors'][i]!)),
      ),
    );
    expect(final!.equals(ema!)).toBe(true);
    expect(final!.equals(raw!)).toBe(false);
    const slots = await readSafetensors(join(last, 'optimizer.safetensors'));
    expect([...slots.tensors.keys()]).toEqual(['velocity/w']);
    expect((await readCheckpoint(last)).ema?.get('w')?.data).toEqual((await finalWeights(folder)).data);
    await truncate(join(last, 'ema.safetensors'), 50);
    await expect(readCheckpoint(last)).rejects.toThrow(/ema\.safetensors: is damaged/);
  });

  it('never removes the best checkpoint, and points to it', async () => {
    const psnr = (step: number) => (step === 8 ? 40 : step);
    const { summary } = await go(folder, { keepLast: 1, psnr, watch: { keepBest: { metric: 'psnr' } } });
    expect(summary).toMatchObject({ endedBy: 'steps', best: { step: 8, value: 40 } });
    expect((await readdir(join(folder, 'checkpoints'))).sort()).toEqual([
      ...['best', 'latest', 'step-00000008', 'step-00000020'],
    ]);
    expect(await readFile(join(folder, 'checkpoints/best'), 'utf8')).toBe('step-00000008\n');
    const best = await readCheckpoint(join(folder, 'checkpoints', 'step-00000008'));
    expect(best.validation).toEqual({ best: { step: 8, value: 40 } });
  });

  it('ends early, says why, and is complete', async () => {
    const watch = { earlyStop: { metric: 'psnr', patience: 2 } };
    const psnr = (step: number) => (step === 4 ? 9 : 5);
    const { summary } = await go(folder, { watch, psnr });
    expect(summary).toMatchObject({
      ...{ status: 'completed', endedBy: 'early-stop', step: 12 },
      reason: '"psnr" has not been better than 9 for 2 validations',
    });
    expect(await readdir(folder)).toContain('weights.safetensors');
    const again = await go(folder, { resume: true, watch, psnr });
    expect(again.summary).toMatchObject({
      status: 'completed',
      endedBy: 'early-stop',
      step: 12,
      reason: summary?.reason,
    });
    expect(again.events).toEqual([]);
  });

  it.each([2, 4, 7, 9, 11])(
    'stopped after step %i, with moving averages, best checkpoint and patience goes on to the same bits and end',
    async (stopAfter) => {
      const options = {
        ...{ averaged: true, psnr: (step: number) => 10 - Math.abs(step - 8) },
        watch: { keepBest: { metric: 'psnr' }, earlyStop: { metric: 'psnr', patience: 2 } },
      };
      const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
      expect((await go(whole, options)).summary).toMatchObject({ endedBy: 'early-stop', step: 16, best: { step: 8 } });
      await go(broken, { ...options, stopAfter });
      await go(broken, { ...options, resume: true });
      await expectSameRun(broken, whole, 16);
      expect(await readFile(join(broken, 'checkpoints/best'), 'utf8')).toBe('step-00000008\n');
    },
  );

  it('warns when the best checkpoint is gone, and looks for a new one', async () => {
    const options = { psnr: (step: number) => (step === 4 ? 90 : step), watch: { keepBest: { metric: 'psnr' } } };
    await go(folder, { ...options, stopAfter: 9 });
    await rm(join(folder, 'checkpoints', 'step-00000004'), { recursive: true });
    const { summary, warnings } = await go(folder, { ...options, resume: true });
    expect(warnings).toEqual([
      'The best checkpoint, step-00000004, is no longer there; the next validation counts as best.',
    ]);
    expect(summary?.best).toEqual({ step: 20, value: 20 });
  });

  it('writes what checkpoints always held where there are no averages and nothing is watched', async () => {
    await go(folder, { stopAfter: 6 });
    const state = JSON.parse(await readFile(join(folder, 'checkpoints', 'step-00000006', 'state.json'), 'utf8'));
    expect(Object.keys(state)).toEqual(['format', 'version', 'step', 'optimizerStep', 'skipped', 'sha256']);
  });

  it('says so if every checkpoint is damaged', async () => {
    await go(folder, { stopAfter: 2 });
    await truncate(join(folder, 'checkpoints', 'step-00000002', 'weights.safetensors'), 3);
    await expect(go(folder, { resume: true })).rejects.toThrow(CheckpointError);
  });

  it('describes the step that ended it, with the state before it saved', async () => {
    const poison = (step: number): boolean => step === 7;
    const failing = go(folder, { poison, nonFinite: 'stop' });
    await expect(failing).rejects.toThrow(`details in ${join(folder, 'failure.json')}`);
    expect(JSON.parse(await readFile(join(folder, 'failure.json'), 'utf8'))).toEqual({
      ...{ step: 8, batch: 7, term: 'distance', learningRate: expect.any(Number) },
      reason: expect.stringMatching(/^loss term "distance" is NaN, because input "x"/),
      badInputs: [{ input: 'x', shape: [4], count: 4, samples: [0, 1, 2, 3].map((index) => ({ index })) }],
      ...{ total: 'NaN', terms: { distance: 'NaN', size: 1 }, gradientNorm: 'NaN' },
      inputs: { x: { dtype: 'float32', shape: [4], notFinite: 4 } },
    });
    expect(await readFile(join(folder, 'checkpoints/latest'), 'utf8')).toBe('step-00000007\n');
    // With the data mended, the run goes on as if nothing had been.
    await go(folder, { resume: true });
    expect(await readdir(folder)).not.toContain('failure.json');
    await go(join(folder, 'whole'));
    await expectSameRun(folder, join(folder, 'whole'));
  });

  it('is not overwritten by weights that are not finite', async () => {
    const run = await openRunFolder(folder, { recipe, resume: false });
    const step = fakeStep();
    const options = { step, batches: fakeBatches(), steps, schedule: () => 0.1, run, checkpointEvery: 5 };
    const broken = train({
      ...options,
      onEvent: (event) => {
        if (event.type !== 'progress' || event.step !== 10) return;
        step.restore(new Map([['w', hostTensor(new Float32Array(4).fill(Number.NaN), [4])]]), step.state());
      },
    });
    await expect(broken).rejects.toThrow('Weight "w" is not finite any more');
    await run.close();
    expect((await readdir(join(folder, 'checkpoints'))).sort()).toEqual(['latest', 'step-00000005']);
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
