import { createRandom } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyTexture } from '../../test/grey-texture.js';
import { createPyramid, estimateMotion, type GreyPicture } from './motion.js';
import { blocksIn, largestDifference, motionStatistics } from './motion-statistics.js';

describe('estimateMotion', () => {
  it('finds shifts to a fraction of a pixel', () => {
    const shift = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), shift, shift, (seed, x, y) => {
        const first = createPyramid(greyTexture(seed, 160, 112));
        const field = estimateMotion(first, createPyramid(greyTexture(seed, 160, 112, -x, -y)));
        const inner = blocksIn(field, { left: 40, top: 40, width: 80, height: 32 });
        for (const at of inner) expect(Math.hypot(field.x[at]! - x, field.y[at]! - y)).toBeLessThan(0.35);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it('rests where nothing moves, in spite of noise, and where there is nothing to see', () => {
    const random = createRandom(3);
    const noisy = (picture: GreyPicture) => ({
      ...picture,
      luma: picture.luma.map((value) => value + random.normal(0, 2)),
    });
    const still = estimateMotion(
      createPyramid(noisy(greyTexture(5, 96, 64))),
      createPyramid(noisy(greyTexture(5, 96, 64))),
    );
    const whole = { left: 0, top: 0, width: 96, height: 64 };
    expect(motionStatistics(still, whole, { x: 1, y: 1 }).peak).toBeLessThan(0.25);
    const flat = { luma: new Float32Array(96 * 64).fill(90), width: 96, height: 64 };
    const empty = estimateMotion(createPyramid(noisy(flat)), createPyramid(noisy(flat)));
    expect(motionStatistics(empty, whole, { x: 1, y: 1 }).peak).toBeLessThan(0.6);
  });

  it('takes pictures smaller than a block', () => {
    const field = estimateMotion(createPyramid(greyTexture(1, 9, 5)), createPyramid(greyTexture(1, 9, 5)));
    expect([...field.x, ...field.y]).toEqual([0, 0]);
  });
});

describe('motionStatistics', () => {
  it('counts in the unit that is asked for, and only in the part', () => {
    const field = {
      ...{ columns: 2, rows: 1, x: Float32Array.of(3, 0), y: Float32Array.of(4, 0) },
      ...{ residual: Float32Array.of(1, 3), difference: Float32Array.of(10, 20) },
    };
    const both = motionStatistics(field, { left: 0, top: 0, width: 32, height: 16 }, { x: 2, y: 2 });
    expect(both).toEqual({ mean: 5, peak: 10, residual: 2, difference: 15 });
    const right = motionStatistics(field, { left: 16, top: 0, width: 16, height: 16 }, { x: 2, y: 2 });
    expect(right).toEqual({ mean: 0, peak: 0, residual: 3, difference: 20 });
  });
});

describe('largestDifference', () => {
  it('sees a small change, and tells a repeated picture', () => {
    const { luma } = greyTexture(2, 64, 48);
    const changed = luma.slice();
    for (let x = 50; x < 58; x++) for (let y = 30; y < 38; y++) changed[y * 64 + x]! += 10;
    expect(largestDifference(luma, luma, 64, 48)).toBe(0);
    expect(largestDifference(luma, changed, 64, 48)).toBeGreaterThan(3);
  });
});
