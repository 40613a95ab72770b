import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, spreadOf, tInterval } from './statistics.js';
import { collectStepTimes, medianOf } from './step-times.js';

describe('spread', () => {
  it('is the mean and the standard deviation of a sample', () => {
    expect(spreadOf([1, 2, 6])).toEqual({ mean: 3, standardDeviation: Math.sqrt(7), n: 3 });
    expect(spreadOf([4])).toEqual({ mean: 4, standardDeviation: null, n: 1 });
    expect(spreadOf([])).toBeUndefined();
  });
});

describe("Student's interval", () => {
  it('is the tabulated one', () => {
    // 3 - 4.30265 * sqrt(7) / sqrt(3), the quantile from a table.
    const [low, high] = tInterval([1, 2, 6])!;
    expect(low).toBeCloseTo(-3.5724, 3);
    expect(high).toBeCloseTo(9.5724, 3);
    expect(tInterval([1])).toBeNull();
  });

  it('holds the true mean in about 95 of 100 samples', () => {
    const random = createRandom(7);
    let hits = 0;
    for (let trial = 0; trial < 2000; trial += 1) {
      const [low, high] = tInterval([random.normal(), random.normal(), random.normal()])!;
      if (low <= 0 && high >= 0) hits += 1;
    }
    expect(hits / 2000).toBeGreaterThan(0.93);
    expect(hits / 2000).toBeLessThan(0.97);
  });
});

describe('bootstrap interval', () => {
  it('lies around the mean, is narrower with more items, and is the same every time', () => {
    const random = createRandom(3);
    const rows = (items: number) => [0, 1, 2].map(() => Array.from({ length: items }, () => random.normal(1, 0.5)));
    const few = rows(8);
    const [low, high] = bootstrapInterval(few)!;
    expect(low).toBeLessThan(1.1);
    expect(high).toBeGreaterThan(0.9);
    const [lowOfMany, highOfMany] = bootstrapInterval(rows(200))!;
    expect(highOfMany - lowOfMany).toBeLessThan((high - low) / 2);
    expect(bootstrapInterval(few)).toEqual([low, high]);
  });

  it('needs two seeds and two items', () => {
    expect(bootstrapInterval([[1, 2]])).toBeNull();
    expect(bootstrapInterval([[1], [2]])).toBeNull();
    expect(bootstrapInterval([])).toBeNull();
  });
});

describe('step times', () => {
  it('are those between two steps, without the first ones and those after a validation', () => {
    let clock = 0;
    const times = collectStepTimes(1, () => clock);
    const progress = (seconds: number): void => {
      clock += seconds;
      times.onEvent({
        type: 'progress',
        step: 1,
        steps: 9,
        learningRate: 0,
        total: 0,
        terms: {},
        gradientNorm: 0,
        skipped: 0,
        secondsPerStep: 0,
        etaSeconds: 0,
        dataWaitShare: 0,
      });
    };
    for (const seconds of [9, 2, 3]) progress(seconds);
    times.onEvent({ type: 'validation', step: 3, metrics: {} });
    for (const seconds of [50, 4]) progress(seconds);
    expect(times.seconds).toEqual([2, 3, 4]);
    expect(times.median()).toBe(3);
  });

  it('have no median where there are none', () => {
    expect(medianOf([])).toBeUndefined();
    expect(medianOf([4, 1])).toBe(2.5);
  });
});
