import { describe, expect, it } from 'vitest';
import { createSyntheticBatches } from './batches.js';

const options = { seed: 5, batchSize: 2, height: 32, width: 48, t: 'uniform', flow: true } as const;

describe('createSyntheticBatches', () => {
  it('gives batches with the documented keys, shapes and ranges', async () => {
    const source = createSyntheticBatches(options);
    const batch = await source.batch(0);
    const shapes = Object.fromEntries(Object.entries(batch).map(([key, { shape }]) => [key, shape]));
    const frame = [2, 32, 48, 3];
    const mask = [2, 32, 48, 1];
    expect(shapes).toEqual({
      ...{ frame0: frame, frameT: frame, frame1: frame, mask0: mask, maskT: mask, mask1: mask },
      ...{ t: [2, 1, 1, 1], flow: [2, 32, 48, 4] },
    });
    expect([...new Set(batch.mask0!.data)].sort()).toEqual([0, 1]);
    expect(Math.max(...batch.frame0!.data)).toBeLessThanOrEqual(1);
    expect(Math.max(...batch.frame0!.data)).toBeGreaterThan(0.3);
    expect(batch.t!.data[0]).not.toBe(batch.t!.data[1]);
    await source.dispose();
  });

  it('gives the same batches for any number of workers and any order of asking', async () => {
    const inline = createSyntheticBatches(options);
    const expected = [await inline.batch(0), await inline.batch(1), await inline.batch(2)];
    for (const workers of [1, 2]) {
      const source = createSyntheticBatches({ ...options, workers });
      expect(await source.batch(0)).toEqual(expected[0]);
      expect(await source.batch(1)).toEqual(expected[1]);
      expect(await source.batch(0)).toEqual(expected[0]);
      expect(await source.batch(2)).toEqual(expected[2]);
      await source.dispose();
    }
    expect(expected[0]).not.toEqual(expected[1]);
  });

  it('can keep one object as foreground and leave the others as distractors', async () => {
    const scene = { objects: [3, 4] as [number, number] };
    const all = createSyntheticBatches({ ...options, batchSize: 6, scene });
    const one = createSyntheticBatches({ ...options, batchSize: 6, scene, foreground: 'one' });
    const [every, single] = [await all.batch(0), await one.batch(0)];
    expect(single.frameT).toEqual(every.frameT);
    const area = (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0);
    expect(area(single.mask0!.data)).toBeGreaterThan(0);
    expect(area(single.mask0!.data)).toBeLessThan(0.7 * area(every.mask0!.data));
    single.mask0!.data.forEach((value, i) => {
      expect(value).toBeLessThanOrEqual(every.mask0!.data[i]!);
    });
  });

  it('refuses invalid options by name', () => {
    expect(() => createSyntheticBatches({ ...options, batchSize: 0 })).toThrow(/batches\.batchSize/);
    expect(() => createSyntheticBatches({ ...options, workers: 1.5 })).toThrow(/batches\.workers/);
    expect(() => createSyntheticBatches({ ...options, t: 1 })).toThrow(/batches\.t/);
    expect(() => createSyntheticBatches({ ...options, height: 4 })).toThrow(/scene\.height/);
  });
});
