import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  constantSchedule,
  openRunFolder,
  readCheckpoint,
  type TrainEvent,
  type TrainOptions,
  train,
} from '../src/index.js';
import { fakeBatches } from './fake-batches.js';
import { fakeStep } from './fake-step.js';

/** A disk that takes what its `refuses` lets through; of a refused write half gets in, as on a disk that fills up. */
const disk = vi.hoisted(() => ({
  refuses: (_path: string): boolean => false,
  code: 'ENOSPC',
  /** Paths of open files. */
  paths: new Map<number, string>(),
}));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  return {
    ...real,
    writeSync: (descriptor: number, bytes: Uint8Array, offset: number) => {
      if (!disk.refuses(disk.paths.get(descriptor) ?? '')) return real.writeSync(descriptor, bytes, offset);
      real.writeSync(descriptor, bytes, offset, bytes.length >> 1);
      throw Object.assign(new Error(`${disk.code}: no luck, write`), { code: disk.code });
    },
  };
});

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const failure = () => Object.assign(new Error(`${disk.code}: no luck, write`), { code: disk.code });
  const guard = (path: string, handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get: (target, name) => {
        if (name === 'writeFile') {
          return async (content: Uint8Array) => {
            if (!disk.refuses(path)) return await target.writeFile(content);
            await target.writeFile(content.subarray(0, content.length >> 1));
            throw failure();
          };
        }
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    ...real,
    open: async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      disk.paths.set(handle.fd, path);
      return guard(path, handle);
    },
    writeFile: async (path: string, ...rest: [string]) => {
      if (disk.refuses(path)) throw failure();
      await real.writeFile(path, ...rest);
    },
  };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-storage-'));
  disk.code = 'ENOSPC';
});
afterEach(async () => {
  disk.refuses = () => false;
  await rm(folder, { recursive: true });
});

const steps = 20;

async function go(options: Partial<TrainOptions> = {}, resume = false) {
  const run = await openRunFolder(folder, { recipe: { seed: 1 }, resume });
  const events: TrainEvent[] = [];
  try {
    const summary = await train({
      ...{ step: fakeStep(), batches: fakeBatches(), steps, schedule: constantSchedule(0.1), run },
      ...{ logEvery: 1, checkpointEvery: 5, ...options },
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    return { summary, events };
  } finally {
    await run.close();
  }
}

/** Refuses from the moment that `step` is done, until it has been asked `times` times. */
function refuse(step: number, matches: RegExp, times = Number.POSITIVE_INFINITY) {
  let refused = 0;
  return (event: TrainEvent) => {
    if (event.type !== 'progress' || event.step !== step) return;
    disk.refuses = (path) => {
      if (!matches.test(path) || refused >= times) return false;
      refused += 1;
      return true;
    };
  };
}

const checkpoints = async () => (await readdir(join(folder, 'checkpoints'))).sort();
const lines = async () => (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');

/** A run to compare with, of the same recipe and never in trouble. */
async function expectWhole(): Promise<void> {
  disk.refuses = () => false;
  const found = [await lines(), await readCheckpoint(join(folder, 'checkpoints', 'step-00000020'))];
  await rm(folder, { recursive: true });
  await go();
  expect(found).toEqual([await lines(), await readCheckpoint(join(folder, 'checkpoints', 'step-00000020'))]);
}

describe('a disk that gives out', () => {
  it.each(['weights', 'optimizer', 'state'])(
    'while %s is written: ends, keeps the checkpoint before whole',
    async (file) => {
      const broken = go({ onEvent: refuse(10, new RegExp(`tmp-step-00000010.*${file}`)) });
      await expect(broken).rejects.toThrow(EnvironmentError);
      await expect(broken).rejects.toThrow(
        /^Checkpoint step-00000010 cannot be written: the disk is full \(ENOSPC\)\. \S+checkpoints: needs 32 bytes, [\d.]+ [kMGT]B are free\. step-00000005 is whole\. Make it possible to write there, then resume the run\.$/,
      );
      expect(await checkpoints()).toEqual(['latest', 'step-00000005']);
      disk.refuses = () => false;
      await go({}, true);
      await expectWhole();
    },
  );

  it('while metrics are written: ends, and leaves no piece of a line', async () => {
    const broken = go({ onEvent: refuse(6, /metrics\.jsonl/) });
    await expect(broken).rejects.toThrow(
      /A line of metrics\.jsonl cannot be written: the disk is full \(ENOSPC\)\. \S+: needs \d+ bytes, .* step-00000005 is whole\./,
    );
    expect(await lines()).toHaveLength(6);
    expect(JSON.parse((await lines()).at(-1) as string)).toMatchObject({ step: 6 });
    disk.refuses = () => false;
    await go({}, true);
    await expectWhole();
  });

  it('goes on if told to, warns once, saves again when there is room, and loses no line', async () => {
    const { summary, events } = await go({
      storageFailure: 'retry',
      onEvent: (event) => {
        refuse(7, /metrics\.jsonl|tmp-step/)(event);
        if (event.type === 'progress' && event.step === 13) disk.refuses = () => false;
      },
    });
    expect(summary).toMatchObject({ status: 'completed', step: steps });
    const notable = events.filter(({ type }) => type === 'warning' || type === 'checkpoint');
    expect(notable.map(({ type, step }) => `${type} ${step}`)).toEqual([
      ...['checkpoint 5', 'warning 8', 'checkpoint 15', 'checkpoint 20'],
    ]);
    expect(notable[1]).toMatchObject({ message: expect.stringMatching(/disk is full.*tries again\.$/) });
    await expectWhole();
  });

  it('does not call a checkpoint the best that could not be saved', async () => {
    const { summary } = await go({
      ...{ storageFailure: 'retry', keepBest: { metric: 'psnr' }, validateEvery: 4 },
      validate: async (step) => ({ metrics: { psnr: step === 8 ? 50 : step } }),
      onEvent: (event) => {
        refuse(8, /tmp-step/)(event);
        if (event.type === 'warning') disk.refuses = () => false;
      },
    });
    expect(summary.best).toEqual({ step: 20, value: 20 });
    expect(await readFile(join(folder, 'checkpoints', 'best'), 'utf8')).toBe('step-00000020\n');
  });

  it('must take the last checkpoint', async () => {
    const broken = go({ storageFailure: 'retry', onEvent: refuse(19, /tmp-step/) });
    await expect(broken).rejects.toThrow(/Checkpoint step-00000020 cannot be written.*step-00000015 is whole/);
    expect(await readdir(folder)).not.toContain('weights.safetensors');
  });

  it.each([
    ['EDQUOT', 'the disk quota is used up'],
    ['EROFS', 'the file system is read-only'],
    ['EACCES', 'there is no permission to write'],
    ['EIO', 'the disk reports a fault'],
  ])('is described: %s', async (code, text) => {
    disk.code = code;
    await expect(go({ onEvent: refuse(4, /tmp-step/) })).rejects.toThrow(`${text} (${code})`);
  });

  it('is described when a run cannot begin', async () => {
    disk.refuses = (path) => path.includes('recipe.yaml');
    await expect(go()).rejects.toThrow(/^The run folder cannot be written: the disk is full/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is described when a run cannot be resumed, which loses nothing', async () => {
    const stop = new AbortController();
    await go({
      signal: stop.signal,
      onEvent: (event) => event.type === 'progress' && event.step === 7 && stop.abort(),
    });
    disk.refuses = (path) => path.includes('metrics.jsonl');
    await expect(go({}, true)).rejects.toThrow(/^The run folder cannot be written: the disk is full/);
    disk.refuses = () => false;
    await go({}, true);
    await expectWhole();
  });

  it('does not swallow other errors', async () => {
    disk.code = 'EWHAT';
    await expect(go({ storageFailure: 'retry', onEvent: refuse(4, /tmp-step/) })).rejects.toThrow('EWHAT: no luck');
  });

  it('does not hide why a run ends', async () => {
    const broken = go({
      batches: fakeBatches({ poison: (step) => step === 7 }),
      onEvent: refuse(7, /failure|tmp-step/),
    });
    await expect(broken).rejects.toThrow(/^Step 8: loss term "distance" is NaN/);
    expect(await checkpoints()).toEqual(['latest', 'step-00000005']);
  });
});
