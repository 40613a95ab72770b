import { createRandom } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceMotion, bucketOf, fillEvenly, takeSpread } from './balance.js';
import { testScenes } from './split.js';

const buckets = [1, 2, 4, 8];
const items = fc.array(
  fc.record({ peak: fc.double({ min: 0, max: 20, noNaN: true }), scene: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  { maxLength: 120 },
);
const limit = fc.option(fc.integer({ min: 1, max: 60 }));
const seed = fc.integer({ min: 0, max: 1000 });

describe('balanceMotion', () => {
  it('keeps to the limits, fills them, keeps the order and depends on nothing but seed and items', () => {
    fc.assert(
      fc.property(items, limit, limit, seed, (all, perBucket, max, number) => {
        const limits = { buckets, perBucket, max };
        const taken = balanceMotion(all, limits, createRandom(number));
        expect(balanceMotion([...all], limits, createRandom(number))).toEqual(taken);
        const places = taken.map((item) => all.indexOf(item));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(new Set(taken).size).toBe(taken.length);
        const count = (list: typeof all, k: number) => list.filter(({ peak }) => bucketOf(peak, buckets) === k).length;
        const most = [0, 1, 2, 3, 4].map((k) => Math.min(count(all, k), perBucket ?? Infinity));
        const sizes = [0, 1, 2, 3, 4].map((k) => count(taken, k));
        sizes.forEach((size, k) => {
          expect(size).toBeLessThanOrEqual(most[k]!);
        });
        const possible = most.reduce((sum, one) => sum + one, 0);
        expect(taken).toHaveLength(Math.min(possible, max ?? Infinity));
        // A bucket that gave not all it has is at most one below the fullest.
        sizes.forEach((size, k) => {
          if (size < most[k]!) expect(size).toBeGreaterThanOrEqual(Math.max(...sizes) - 1);
        });
      }),
      { seed: 2 },
    );
  });

  it('takes of every scene before it takes a second time of one', () => {
    const all = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c'].map((scene) => ({ peak: 1, scene }));
    const scenes = takeSpread(all, 5, createRandom(1)).map(({ scene }) => scene);
    expect(scenes.join('')).toBe('aabbc');
  });
});

describe('fillEvenly', () => {
  it('gives what small buckets leave to the others', () => {
    expect(fillEvenly([100, 2, 50], 32)).toEqual([15, 2, 15]);
    expect(fillEvenly([3, 2], 100)).toEqual([3, 2]);
    expect(fillEvenly([], 5)).toEqual([]);
  });
});

describe('testScenes', () => {
  const scenes = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { minLength: 1, maxLength: 200 });

  it('takes whole scenes, and comes as close to the share as a scene allows', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: 0, max: 1, noNaN: true }), seed, (all, train, number) => {
        const test = testScenes(all, train, createRandom(number));
        expect(testScenes(all, train, createRandom(number))).toEqual(test);
        const wanted = (1 - train) * all.length;
        const sizes = new Map<string, number>();
        for (const scene of all) sizes.set(scene, (sizes.get(scene) ?? 0) + 1);
        const count = all.filter((scene) => test.has(scene)).length;
        expect(Math.abs(count - wanted)).toBeLessThanOrEqual(Math.max(...sizes.values()));
        expect(count).toBeLessThanOrEqual(2 * wanted);
      }),
      { seed: 3 },
    );
  });

  it('leaves all to training where that is asked for, and all to test', () => {
    const all = ['a', 'a', 'b', 'c'];
    expect(testScenes(all, 1, createRandom(1)).size).toBe(0);
    expect(testScenes(all, 0, createRandom(1)).size).toBe(3);
  });
});
