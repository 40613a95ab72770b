import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSchedule, cosineSchedule, stepSchedule, withWarmUp } from './index.js';

describe('schedules', () => {
  it('cosine goes 1e-4, 5.5e-5, 1e-5 at the start, the middle and the end, and stays there', () => {
    const rate = cosineSchedule({ start: 1e-4, end: 1e-5, steps: 1000 });
    expect(rate(0)).toBeCloseTo(1e-4, 12);
    expect(rate(500)).toBeCloseTo(5.5e-5, 12);
    expect(rate(250)).toBeCloseTo(1e-5 + 9e-5 * (0.5 + Math.SQRT1_2 / 2), 12);
    expect(rate(1000)).toBeCloseTo(1e-5, 12);
    expect(rate(5000)).toBe(rate(1000));
  });

  it('cosine never rises', async () => {
    const rate = cosineSchedule({ start: 1, end: 0.1, steps: 77 });
    await fc.assert(fc.property(fc.nat(100), (step) => rate(step + 1) <= rate(step)));
  });

  it('step halves every 20 steps; constant is constant', () => {
    const rate = stepSchedule({ start: 1e-3, factor: 0.5, every: 20 });
    expect([0, 19, 20, 59].map(rate)).toEqual([1e-3, 1e-3, 5e-4, 2.5e-4]);
    expect([0, 9].map(constantSchedule(0.3))).toEqual([0.3, 0.3]);
  });

  it('warm-up rises linearly, never starts at zero, and then leaves the schedule alone', () => {
    const rate = withWarmUp(constantSchedule(1), 4);
    expect([0, 1, 2, 3, 4, 50].map(rate)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect(withWarmUp(constantSchedule(1), 0)(0)).toBe(1);
  });

  it('names what is wrong', () => {
    expect(() => cosineSchedule({ start: 1, end: 0, steps: 0 })).toThrow(
      /schedule\.steps: expected a whole number >= 1/,
    );
    expect(() => constantSchedule(-1)).toThrow(/schedule\.rate/);
    expect(() => withWarmUp(constantSchedule(1), 1.5)).toThrow(/schedule\.warmUp/);
  });
});
