import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Frame, MediaError, ShapeError } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brightness, squareFrame, squareItem, squareMask } from '../../test/support/square-item.js';
import { foregroundPsnr } from '../metrics/foreground-psnr.js';
import { psnr } from '../metrics/psnr.js';
import type { Contestant } from './contestant.js';
import { blendContestant, repeatContestant } from './contestants/interpolator-contestant.js';
import { type EvaluationOptions, evaluate } from './evaluate.js';
import type { EvaluationItem, Prediction } from './item.js';
import { folderCache } from './item-cache.js';
import { metricsJson } from './metrics-json.js';
import { type ProtocolInput, protocolSchema } from './protocol-schema.js';
import { evaluationResultSchema } from './result-schema.js';

function protocolOf(part: Partial<ProtocolInput> = {}) {
  return protocolSchema.parse({
    ...{ id: 'test', version: 1, title: 'Test', description: 'Squares.', source: 'Drawn.', task: 'interpolation' },
    ...{ layout: { kind: 'davis' }, selection: { step: 2 } },
    metrics: [
      { metric: 'psnr', average: 'per-frame' },
      { metric: 'foreground-psnr', average: 'per-sequence' },
      { metric: 'psnr-fluctuation', average: 'per-sequence' },
      { metric: 'ssim', average: 'per-frame', optional: true },
    ],
    ...part,
  });
}

/** Gives whatever `frame` says, and counts. */
function contestantOf(id: string, frame: (prediction: Prediction) => Frame): Contestant & { calls: number } {
  const contestant = {
    ...{ id, title: id, kind: 'baseline' as const, facts: { made: id }, calls: 0 },
    open: async () => ({
      predict: async (prediction: Prediction) => {
        contestant.calls++;
        return frame(prediction);
      },
      close: async () => {},
    }),
    dispose: async () => {},
  };
  return contestant;
}

const perfect = () => contestantOf('perfect', ({ target }) => squareFrame(target));

function run(items: readonly EvaluationItem[], contestants: readonly Contestant[], options: EvaluationOptions = {}) {
  return evaluate(protocolOf(), { items, warnings: [] }, contestants, options);
}

describe('evaluate', () => {
  it('averages over frames or over sequences, as each metric says', async () => {
    const result = await run([squareItem('a', 3), squareItem('b', 5)], [repeatContestant()]);
    const values = [1, 3].map((i) => psnr(squareFrame(i), squareFrame(i - 1)));
    const inside = [1, 3].map((i) => foregroundPsnr(squareFrame(i), squareFrame(i - 1), squareMask(i))!);
    expect(result.items.map(({ id, frames }) => [id, frames.map(({ name }) => name)])).toEqual([
      ['a', ['00001']],
      ['b', ['00001', '00003']],
    ]);
    expect(result.summary.repeat!.psnr).toBeCloseTo((2 * values[0]! + values[1]!) / 3, 12);
    const expected = (inside[0]! + (inside[0]! + inside[1]!) / 2) / 2;
    expect(result.summary.repeat!['foreground-psnr']).toBeCloseTo(expected, 12);
    expect(result.items[0]!.values.repeat!['psnr-fluctuation']).toBeNull();
    const fluctuation = Math.abs(values[1]! - values[0]!);
    expect(result.summary.repeat!['psnr-fluctuation']).toBeCloseTo(fluctuation, 12);
    expect(result.metrics.map(({ name }) => name)).toEqual(['psnr', 'foreground-psnr', 'psnr-fluctuation']);
    expect(evaluationResultSchema.parse(JSON.parse(metricsJson(result)))).toEqual(result);
  });

  it('counts infinite values and keeps them out of means', async () => {
    const result = await run([squareItem('a', 5)], [perfect()]);
    expect(result.summary.perfect).toEqual({ psnr: null, 'foreground-psnr': null, 'psnr-fluctuation': null });
    expect(result.infinite).toEqual({ perfect: { psnr: 2, 'foreground-psnr': 2 } });
    expect(result.items[0]!.frames[0]!.values.perfect!.psnr).toBe(Number.POSITIVE_INFINITY);
    expect(JSON.parse(metricsJson(result)).items[0].frames[0].values.perfect.psnr).toBe('Infinity');
  });

  it('compares every pair of models in pairs of items', async () => {
    const items = [3, 5, 7, 9].map((count) => squareItem(`n${count}`, count));
    const options = { metrics: ['psnr'], bootstrap: { seed: 7, resamples: 200 } };
    const result = await run(items, [blendContestant(), repeatContestant()], options);
    const [comparison] = result.comparisons;
    expect(comparison).toMatchObject({ metric: 'psnr', first: 'blend', second: 'repeat', resamples: 200 });
    const { blend, repeat } = result.summary;
    expect(comparison!.difference).toBeCloseTo(blend!.psnr! - repeat!.psnr!, 12);
    expect(comparison!.interval[0]).toBeLessThanOrEqual(comparison!.difference);
    expect(comparison!.interval[1]).toBeGreaterThanOrEqual(comparison!.difference);
    expect(await run(items, [blendContestant(), repeatContestant()], options)).toMatchObject({
      comparisons: result.comparisons,
    });
  });

  it('makes frames from predicted ones, and forgets those it needs no more', async () => {
    const predictions: Prediction[] = [
      { target: 2, from: [0, 4], t: 0.5 },
      { target: 1, from: [0, 2], t: 0.5 },
      { target: 3, from: [2, 4], t: 0.5 },
    ];
    const seen: (readonly number[])[] = [];
    const watching: Contestant = {
      ...blendContestant(),
      open: async () => ({
        predict: async ({ from }, [before, after]) => {
          seen.push([before.data[3 * 4 * 24]!, after.data[3 * 4 * 24]!]);
          return squareFrame(from[0] + 10);
        },
        close: async () => {},
      }),
    };
    await run([squareItem('a', 5, { given: [0, 4], predictions })], [watching]);
    const pixel = (index: number): number => squareFrame(index).data[3 * 4 * 24]!;
    expect(seen).toEqual([
      [pixel(0), pixel(4)],
      [pixel(0), pixel(10)],
      [pixel(10), pixel(4)],
    ]);
    const early = [predictions[1]!, predictions[0]!, predictions[2]!];
    await expect(run([squareItem('a', 5, { given: [0, 4], predictions: early })], [perfect()])).rejects.toThrow(
      /frame 2 is neither given nor predicted before it is used/,
    );
  });

  it('measures J and F with a segmenter', async () => {
    const segmentation = { segmenter: brightness, objects: 'separate', facts: {} } as const;
    const contestants = [perfect(), blendContestant()];
    const result = await run([squareItem('a', 7), squareItem('b', 5)], contestants, { segmentation });
    expect(result.summary.perfect).toMatchObject({ 'j-and-f': 100, 'j-mean': 100, 'f-mean': 100 });
    const { blend } = result.summary;
    expect(blend!['j-and-f']).toBeCloseTo((blend!['j-mean']! + blend!['f-mean']!) / 2, 9);
    // Given frames are segmented perfectly, so that predicted ones alone score lower.
    expect(blend!['j-and-f-predicted']).toBeLessThan(blend!['j-and-f']!);
    // A last frame that no prediction reaches is shown as it is.
    const even = await run([squareItem('d', 6)], [blendContestant()], { segmentation });
    const odd = await run([squareItem('d', 5)], [blendContestant()], { segmentation });
    const wrong = (result: typeof even, frames: number): number => frames * (100 - result.summary.blend!['j-mean']!);
    expect(wrong(even, 4)).toBeCloseTo(wrong(odd, 3), 9);
    const without = squareItem('c', 5, { mask: async () => null });
    const bare = await run([without], [blendContestant()], { segmentation });
    expect(bare.summary.blend).toMatchObject({ 'j-and-f': null, 'foreground-psnr': null });
  });

  it('says what is wrong', async () => {
    const items = [squareItem('a', 3)];
    await expect(run(items, [perfect()], { metrics: ['nonesuch'] })).rejects.toThrow(/no metric "nonesuch"/);
    await expect(run(items, [perfect(), perfect()])).rejects.toThrow(/"perfect" is there twice/);
    await expect(run([], [perfect()])).rejects.toThrow(ConfigError);
    await expect(run(items, [perfect()], { metrics: ['lpips-alex'] })).rejects.toThrow(
      /"lpips-alex" needs a folder of parameter files/,
    );
    await expect(run(items, [perfect()], { metrics: ['tof'] })).rejects.toThrow(/needs optical flow/);
    const small = contestantOf('small', ({ target }) => squareFrame(target, 20));
    await expect(run(items, [small])).rejects.toThrow(ShapeError);
    const hollow = (): Frame => ({ ...squareFrame(1), data: new Float32Array(24 * 16 * 3).fill(Number.NaN) });
    await expect(run(items, [contestantOf('hollow', hollow)])).rejects.toThrow(
      /hollow's frame 00001 of a: holds NaN in row 0/,
    );
    await expect(run(items, [contestantOf('hollow', hollow)])).rejects.toThrow(MediaError);
  });

  it('gives the same result with any number of threads', async () => {
    const items = [squareItem('a', 5), squareItem('b', 3)];
    const textOf = async (workers: number): Promise<string> => {
      const metrics = ['psnr', 'foreground-psnr', 'psnr-fluctuation', 'ssim'];
      const options = { workers, metrics, bootstrap: { seed: 3, resamples: 50 } };
      const result = await run(items, [blendContestant(), repeatContestant()], options);
      const contestants = result.contestants.map((contestant) => ({ ...contestant, millisecondsPerFrame: 0 }));
      return metricsJson({ ...result, contestants });
    };
    const text = await textOf(0);
    expect(await textOf(2)).toBe(text);
    expect(await textOf(0)).toBe(text);
  });

  it('tells progress and what is different from the protocol', async () => {
    const notes: unknown[] = [];
    const result = await evaluate(
      protocolOf({ items: 2 }),
      { items: [squareItem('a', 5)], warnings: [{ path: 'b', problem: 'no frames.' }] },
      [blendContestant()],
      { metrics: ['psnr', 'ssim'], onProgress: (event) => notes.push(event), deviations: ['Something.'] },
    );
    expect(result.protocol.deviations).toEqual([
      'Something.',
      '1 item instead of 2.',
      'Not measured: foreground-psnr, psnr-fluctuation.',
      'b: no frames.',
    ]);
    expect(notes).toMatchObject([
      { done: 1, total: 2, note: 'blend, a' },
      { done: 2, total: 2, note: 'blend, a' },
    ]);
  });
});

describe('frames that a metric cannot measure', () => {
  it('are counted where it says nothing, and named where they are too small', async () => {
    const bare = { ...squareItem('a', 5), mask: async () => null };
    const result = await run([bare, squareItem('b', 3)], [blendContestant(), repeatContestant()], {
      metrics: ['psnr', 'foreground-psnr'],
    });
    expect(result.protocol.deviations).toContain(
      'foreground-psnr: 2 of 3 frames are without a value. Those have no mask, or nothing in it to measure.',
    );
    await expect(run([bare], [blendContestant()], { metrics: ['ms-ssim'] })).rejects.toThrow(
      /^frame 00001 of a: .*expected at least 161x161 pixels, found 24x16. .*--metrics/,
    );
  });
});

describe('times', () => {
  it('are the median, or the mean of whoever makes frames in bursts', async () => {
    const bursts = (timing?: 'mean'): Contestant => ({
      ...contestantOf(timing ?? 'median', ({ target }) => squareFrame(target)),
      ...(timing && { timing }),
      open: async () => ({
        predict: async ({ target }) => {
          if (target === 1) await new Promise((resolve) => setTimeout(resolve, 600));
          return squareFrame(target);
        },
        close: async () => {},
      }),
    });
    const { contestants } = await run([squareItem('a', 7)], [bursts('mean'), bursts()]);
    expect(contestants[0]!.millisecondsPerFrame).toBeGreaterThan(195);
    expect(contestants[1]!.millisecondsPerFrame).toBeLessThan(195);
  });
});

describe('a contestant that fails', () => {
  const items = [squareItem('a', 5), squareItem('b', 5)];
  const failing = () => {
    const contestant = contestantOf('failing', ({ target }) => {
      if (contestant.calls > 2) throw new MediaError('made/00001.png', 'is cut off.');
      return squareFrame(target);
    });
    return contestant;
  };

  it('is left out, and the others go on', async () => {
    const [failures, notes]: [unknown[], number[]] = [[], []];
    const result = await run(items, [failing(), blendContestant(), repeatContestant()], {
      onFailure: (id, error) => failures.push([id, error.message]),
      onProgress: (event) => event.type === 'progress' && notes.push(event.done),
    });
    expect(failures).toEqual([['failing', 'made/00001.png: is cut off.']]);
    expect(result.contestants.map(({ id }) => id)).toEqual(['blend', 'repeat']);
    expect(Object.keys(result.summary)).toEqual(['blend', 'repeat']);
    expect(result.protocol.deviations.at(-1)).toBe('failing is left out: made/00001.png: is cut off.');
    expect(notes.at(-1)).toBe(12);
    const alone = await run(items, [blendContestant(), repeatContestant()]);
    expect(result.summary).toEqual(alone.summary);
  });

  it('stops the evaluation if nobody is told, or nobody is left', async () => {
    await expect(run(items, [failing(), blendContestant()])).rejects.toThrow(/cut off/);
    await expect(run(items, [failing()], { onFailure: () => {} })).rejects.toThrow(/cut off/);
  });
});

describe('cache', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'vosvfi-cache-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('goes on where an interrupted evaluation stopped', async () => {
    const items = [squareItem('a', 5), squareItem('b', 5)];
    const cache = folderCache(root, () => {});
    const whole = await run(items, [perfect()]);
    const failing = contestantOf('perfect', ({ target }) => {
      if (failing.calls > 3) throw new Error('power cut');
      return squareFrame(target);
    });
    await expect(run(items, [failing], { cache })).rejects.toThrow('power cut');
    const resumed = perfect();
    expect(await run(items, [resumed], { cache })).toMatchObject({ summary: whole.summary });
    expect(resumed.calls).toBe(2);
    const again = perfect();
    const result = await run(items, [again], { cache });
    expect(again.calls).toBe(0);
    expect(result.items).toEqual(whole.items);
  });

  it('is keyed by what results depend on', async () => {
    const cache = folderCache(root, () => {});
    const item = squareItem('a', 5);
    await run([item], [perfect()], { cache });
    const callsOf = async (items: EvaluationItem, contestant: Contestant & { calls: number }, options = {}) => {
      await run([items], [contestant], { cache, ...options });
      return contestant.calls;
    };
    expect(await callsOf(item, perfect())).toBe(0);
    expect(await callsOf(squareItem('a', 5, { digest: async () => 'changed' }), perfect())).toBe(2);
    const other = contestantOf('other', ({ target }) => squareFrame(target));
    expect(await callsOf(item, other)).toBe(2);
  });

  it('measures only what is not kept, by metric and by segmenter', async () => {
    const cache = folderCache(root, () => {});
    const item = squareItem('a', 5);
    const spoilt = contestantOf('perfect', ({ target }) => squareFrame(target + 1));
    const valuesOf = async (contestant: Contestant, options: EvaluationOptions) =>
      (await run([item], [contestant], { cache, ...options })).items[0]!.values.perfect!;
    const psnrOnly = await valuesOf(perfect(), { metrics: ['psnr'] });
    expect(psnrOnly).toEqual({ psnr: null });
    // Kept values are those of the first contestant: the other has the same facts but makes other frames.
    const mixed = await valuesOf(spoilt, { metrics: ['ssim', 'psnr'] });
    expect(Object.keys(mixed)).toEqual(['ssim', 'psnr']);
    expect(mixed.psnr).toBeNull();
    expect(mixed.ssim).toBeLessThan(0.99);
    const calls = spoilt.calls;
    expect(await valuesOf(spoilt, { metrics: ['psnr', 'ssim'] })).toEqual(mixed);
    expect(spoilt.calls).toBe(calls);
    const segmentation = { segmenter: brightness, objects: 'separate', facts: { weights: 1 } } as const;
    expect(await valuesOf(perfect(), { metrics: ['ssim'], segmentation })).toMatchObject({
      ...{ ssim: mixed.ssim },
      'j-mean': 100,
    });
    const again = perfect();
    expect(await valuesOf(again, { metrics: ['psnr'], segmentation })).toMatchObject({ psnr: null, 'j-mean': 100 });
    expect(again.calls).toBe(0);
    await valuesOf(again, { metrics: ['psnr'], segmentation: { ...segmentation, facts: { weights: 2 } } });
    expect(again.calls).toBe(2);
  });

  it('knows a metric by what it is, not by its name in tables', async () => {
    const cache = folderCache(root, () => {});
    const named = (metrics: ProtocolInput['metrics']) => protocolOf({ metrics });
    const opened = { items: [squareItem('a', 5)], warnings: [] };
    await evaluate(named([{ metric: 'ssim-matlab-y', average: 'per-frame' }]), opened, [perfect()], { cache });
    const other = perfect();
    const renamed = [{ metric: 'ssim-matlab-y', as: 'ssim', average: 'per-sequence' }] as const;
    const { summary } = await evaluate(named([...renamed]), opened, [other], { cache });
    expect([other.calls, summary.perfect!.ssim]).toEqual([0, 1]);
    await evaluate(named([{ metric: 'ssim', average: 'per-frame' }]), opened, [other], { cache });
    expect(other.calls).toBe(2);
  });

  it('is merged where two evaluations add to the same item', async () => {
    const inner = folderCache(root, () => {});
    // What another process would add between reading and writing.
    const late: typeof inner = {
      ...inner,
      add: async (measurement) => {
        await run([squareItem('a', 5)], [perfect()], { cache: inner, metrics: ['ssim'] });
        await inner.add(measurement);
      },
    };
    await run([squareItem('a', 5)], [perfect()], { cache: late, metrics: ['psnr'] });
    const contestant = perfect();
    await run([squareItem('a', 5)], [contestant], { cache: inner, metrics: ['psnr', 'ssim'] });
    expect(contestant.calls).toBe(0);
  });

  it('measures again what is damaged, with a warning', async () => {
    const warnings: string[] = [];
    const cache = folderCache(root, (message) => warnings.push(message));
    await run([squareItem('a', 5)], [perfect()], { cache });
    const [file] = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.json'));
    const good = await readFile(join(root, file!), 'utf8');
    const oneValueLess = good.replace(/"values":\["Infinity",/, '"values":[');
    const ofAnother = good.replace(/"key":"[^"]+"/, '"key":"0"');
    const older = '{"format": "vosvfi-measurement", "formatVersion": 1, "frames": []}';
    for (const text of ['{"format"', older, oneValueLess, ofAnother]) {
      expect(text).not.toBe(good);
      await writeFile(join(root, file!), text);
      const contestant = perfect();
      await run([squareItem('a', 5)], [contestant], { cache });
      expect(contestant.calls).toBe(2);
      expect(warnings.pop()).toMatch(/is damaged .* measured again/);
    }
    expect(warnings).toEqual([]);
  });
});
