import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, MediaError, TrainingError } from '@vosvfi/core';
import { loadWeights, saveWeights } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { signalRequest } from '@vosvfi/testing/signal-itself';
import { readCheckpoint, type TrainEvent } from '@vosvfi/train';
import { createStcn } from '@vosvfi/vos/stcn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe, runTraining } from '../src/index.js';

const tiny = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const program = fileURLToPath(new URL('main.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-train-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const running = new Set<ChildProcess>();

async function run(name: string, overrides: string[] = [], options: { resume?: boolean; stopAfter?: number } = {}) {
  const { recipe } = await loadRecipe(tiny, overrides);
  const stop = new AbortController();
  const events: TrainEvent[] = [];
  const summary = await runTraining(recipe, {
    runFolder: join(folder, name),
    resume: options.resume ?? false,
    signal: stop.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'progress' && event.step === options.stopAfter) stop.abort();
    },
  });
  return { summary, events };
}

/** Runs `train tiny.yaml` as a process of its own; gives its exit code, or the signal that ended it. */
function runProcess(name: string, args: string[] = [], env = process.env): Promise<number | string | null> {
  const node = ['--conditions=@vosvfi/source', '--import', 'tsx', program];
  const command = ['train', tiny, '--json', '--run-dir', join(folder, name), ...args];
  const child = spawn(process.execPath, [...node, ...command], { stdio: ['ignore', 'ignore', 'inherit'], env });
  running.add(child);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve(signal ?? code);
    });
  });
}

/** When a process says that `step` steps are done. */
const afterStep = (step: number) => new RegExp(`"type":"progress","step":${step},`);

async function expectSameRun(actual: string, expected: string): Promise<void> {
  const last = join('checkpoints', 'step-00000006');
  const states = (await readdir(join(folder, expected, last))).map((name) => join(last, name));
  for (const file of ['recipe.yaml', 'metrics.jsonl', 'weights.safetensors', ...states]) {
    const [a, b] = await Promise.all([actual, expected].map((name) => readFile(join(folder, name, file))));
    expect(a!.equals(b!), file).toBe(true);
  }
}

describe('vosvfi train', () => {
  it('trains, logs every step, validates and leaves the weights', async () => {
    const { summary, events } = await run('whole');
    expect(summary).toMatchObject({ status: 'completed', step: 6, skipped: 0 });
    const terms = events.flatMap((event) => (event.type === 'progress' ? [Object.keys(event.terms)] : []));
    expect(terms[0]).toEqual(['reconstruction', 'geometry']);
    const validation = events.flatMap((event) => (event.type === 'validation' ? [event] : []));
    expect(validation.map((event) => event.step)).toEqual([3, 6]);
    for (const { metrics } of validation) {
      expect(metrics.psnr).toBeGreaterThan(5);
      expect(metrics.foregroundPsnr).toBeGreaterThan(5);
    }
    expect(await readdir(join(folder, 'whole'))).toContain('weights.safetensors');
  });

  it('computes batches in pieces with the same results', async () => {
    const [whole, pieces] = [await run('whole', ['batchSize=2']), await run('pieces', ['batchSize=2', 'accumulate=2'])];
    const totals = ({ events }: typeof whole) =>
      events.flatMap((event) => (event.type === 'progress' ? [event.total] : []));
    expect(totals(pieces)).toHaveLength(6);
    totals(pieces).forEach((total, i) => {
      expect(total).toBeCloseTo(totals(whole)[i] as number, 4);
    });
  });

  it('interrupted and resumed, equals the unbroken run bit for bit', async () => {
    await run('whole');
    const { summary } = await run('broken', [], { stopAfter: 3 });
    expect(summary).toMatchObject({ status: 'interrupted', step: 3 });
    await run('broken', [], { resume: true });
    await expectSameRun('broken', 'whole');
  });

  it('killed and resumed, equals the unbroken run bit for bit, with all that a run can carry along', async () => {
    const overrides = [
      ...['batchSize=2', 'accumulate=2', 'clipNorm=1', 'ema={decay: 0.9}'],
      ...['validation.every=1', 'earlyStop={metric: psnr, patience: 5}'],
    ];
    const args = overrides.flatMap((text) => ['--set', text]);
    const whole = run('whole', overrides);
    expect(await runProcess('killed', args, signalRequest('SIGKILL', afterStep(3)))).toBe('SIGKILL');
    const { summary } = await whole;
    expect(await runProcess('killed', ['--resume', ...args])).toBe(0);
    await expectSameRun('killed', 'whole');
    const { validation } = await readCheckpoint(summary.checkpoint ?? '');
    expect(validation).toMatchObject({ best: summary.best, earlyStop: { value: summary.best?.value } });
    const [final, ema, raw] = await Promise.all(
      [
        join(folder, 'killed', 'weights.safetensors'),
        ...['ema.safetensors', 'weights.safetensors'].map((name) => join(summary.checkpoint ?? '', name)),
      ].map((file) => readFile(file)),
    );
    expect(final!.equals(ema!)).toBe(true);
    expect(final!.equals(raw!)).toBe(false);
  });

  it('starts from another run or its checkpoint, and says what does not fit', async () => {
    const { summary } = await run('first', ['steps=3', 'ema={decay: 0.5}']);
    const rate = 'schedule={kind: constant, rate: 0}';
    const start = ['steps=1', rate, 'validation.samples=1'];
    await run('second', [...start, `weights=${join(folder, 'first')}`]);
    await run('third', [...start, `weights=${summary.checkpoint}`]);
    const files = ['first', 'second', 'third'].map((name) => readFile(join(folder, name, 'weights.safetensors')));
    const [first, second, third] = await Promise.all(files);
    expect(second!.equals(first!)).toBe(true);
    expect(third!.equals(first!)).toBe(true);
    const wider = 'network.config={pyramid: [4, 4, 6, 8], side: 2}';
    await expect(run('other', [...start, wider, `weights=${join(folder, 'first')}`])).rejects.toThrow(
      /first.weights\.safetensors: does not fit the network; .*have another shape or type: .*\(expected \[8, .*found \[6, /,
    );
    await rm(join(folder, 'first', 'weights.safetensors'));
    await expect(run('other', [...start, `weights=${join(folder, 'first')}`])).rejects.toThrow(
      /first: this run is not complete.*checkpoints instead: step-00000002, step-00000003\./,
    );
    await expect(run('other', [...start, `weights=${folder}`])).rejects.toThrow(/this folder holds no weights/);
  });

  it('saves and exits with 130 on SIGINT', async () => {
    const args = ['--set', 'steps=10000', '--set', 'checkpointEvery=10000'];
    expect(await runProcess('interrupted', args, signalRequest('SIGINT', afterStep(2)))).toBe(130);
    expect(
      (await readdir(join(folder, 'interrupted', 'checkpoints'))).filter((name) => name !== 'latest'),
    ).toHaveLength(1);
  });

  it('stops with the term and step when training diverges', async () => {
    const diverging = run('diverging', ['schedule={kind: constant, rate: 1.0e+12}', 'steps=50']);
    await expect(diverging).rejects.toThrow(TrainingError);
    await expect(diverging).rejects.toThrow(
      /Step \d+: (loss term "\w+" is (NaN|-?Infinity)|the gradient's norm is (NaN|Infinity))/,
    );
  });

  it('adds the VOS-aware terms, which change what is learnt; disabled, they change nothing', async () => {
    const weights = join(folder, 'stcn.safetensors');
    await saveWeights(weights, initializeWeights(createStcn('stcn_tiny').parameters, createRandom(3)));
    const base = ['steps=3', 'dataset.height=64', 'dataset.width=64'];
    const vos = (enabled: boolean) => `objective.vos={enabled: ${enabled}, segmenter: {weights: ${weights}}}`;
    const { events } = await run('aware', [...base, vos(true)]);
    await run('disabled', [...base, vos(false)]);
    await run('plain', base);
    const [first] = events.flatMap((event) => (event.type === 'progress' ? [event.terms] : []));
    expect(Object.keys(first ?? {})).toEqual([
      'reconstruction',
      'geometry',
      'vosForward',
      'vosBackward',
      'vosConsistency',
      'vosSkipped',
    ]);
    expect(first?.vosForward).toBeGreaterThan(0);
    const files = ['aware', 'disabled', 'plain'].map((name) => readFile(join(folder, name, 'weights.safetensors')));
    const [aware, disabled, plain] = await Promise.all(files);
    expect(aware!.equals(plain!)).toBe(false);
    expect(disabled!.equals(plain!)).toBe(true);
  });

  it('trains the segmentation network', async () => {
    const { summary, events } = await run('stcn', [
      'steps=3',
      'network={kind: stcn_tiny}',
      'objective={kind: stcn, fraction: 0.4}',
      'dataset={kind: synthetic, height: 64, width: 64, foreground: either, workers: 0}',
    ]);
    expect(summary).toMatchObject({ status: 'completed' });
    expect(Object.keys(summary.last?.terms ?? {})).toEqual(['middle', 'last', 'iou']);
    const jaccard = events.flatMap((event) => (event.type === 'validation' ? [event.metrics.jaccard] : []));
    expect(jaccard).toHaveLength(1);
    expect(jaccard[0]).toBeGreaterThanOrEqual(0);
    const stages = await Promise.all(
      ['stcn_tiny_stage1', 'stcn_tiny_stage2', 'stcn_tiny_stage3', 'stcn_tiny'].map((name) => loadRecipe(name)),
    );
    expect(new Set(stages.map(({ recipe }) => recipe.network.kind))).toEqual(new Set(['stcn_tiny']));
    // Batch-norm statistics are no parameters, but belong to the file.
    const weights = await loadWeights(join(folder, 'stcn', 'weights.safetensors'), createStcn('stcn_tiny').parameters);
    expect([...weights.keys()].some((key) => key.endsWith('running_mean'))).toBe(true);
  });

  it('has the recipes of the weights of ifrnet_s, and the last one with the VOS-aware terms', async () => {
    const names = ['ifrnet_s_stage1', 'ifrnet_s_stage2', 'ifrnet_s', 'ifrnet_s_vos'];
    const stages = (await Promise.all(names.map((name) => loadRecipe(name)))).map(({ recipe }) => recipe);
    expect(stages.map(({ network }) => network.kind)).toEqual(Array(4).fill('ifrnet_s'));
    const aware = stages.map(({ objective }) => objective.kind === 'ifrnet' && objective.vos?.enabled === true);
    expect(aware).toEqual([false, false, false, true]);
  });

  it('refuses to resume with another recipe, naming the field', async () => {
    await run('changed', [], { stopAfter: 2 });
    await expect(run('changed', ['optimizer.weightDecay=0'], { resume: true })).rejects.toThrow(
      /"optimizer\.weightDecay": the run was started with 0\.01, now it is 0/,
    );
  });

  it('names an unknown key, and a data folder that is not there, before writing anything', async () => {
    await expect(run('wrong', ['optimizer.lr=1'])).rejects.toThrow(ConfigError);
    const missing = 'dataset={kind: triplets, folder: /nowhere/vimeo, workers: 0}';
    await expect(
      run('wrong', [missing, 'validation.dataset={kind: synthetic, height: 32, width: 32}']),
    ).rejects.toThrow(MediaError);
    expect(await readdir(folder)).toEqual([]);
  });
});
