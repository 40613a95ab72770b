import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSchedule, cosineSchedule, milestoneSchedule, stepSchedule, withWarmUp } from './index.js';

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

  it('milestones change the rate at their steps', () => {
    const rate = milestoneSchedule({ start: 1e-3, factor: 0.5, milestones: [10, 12, 20] });
    expect([0, 9, 10, 11, 12, 19, 20, 999].map(rate)).toEqual([1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4, 1.25e-4, 1.25e-4]);
    expect(() => milestoneSchedule({ start: 1, factor: 0.5, milestones: [5, 5] })).toThrow(/rising steps, found 5, 5/);
  });

  it('warm-up rises linearly from zero, and then the schedule begins', () => {
    const rate = withWarmUp(stepSchedule({ start: 1, factor: 0.5, every: 2 }), 4);
    expect([0, 1, 2, 3, 4, 5, 6, 50].map(rate)).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 0.5, 2 ** -23]);
    expect(withWarmUp(constantSchedule(1), 0)(0)).toBe(1);
  });

  it('warm-up and cosine give the rates of PyTorch’s SequentialLR(LambdaLR, CosineAnnealingLR)', () => {
    // torch 1.13, optimizer rate 3e-4: LambdaLR(step / 5), CosineAnnealingLR(T_max=10, eta_min=3e-6), milestones [5].
    const torch = [
      0.0, 5.9999999999999995e-5, 0.00011999999999999999, 0.00017999999999999998, 0.00023999999999999998, 0.0003,
      0.00029273189266983027, 0.00027163902366467965, 0.00023878610996543221, 0.00019738902366467966,
      0.00015149999999999997, 0.0001056109763353203, 6.421389003456775e-5, 3.1360976335320314e-5, 1.0268107330169699e-5,
    ];
    const rate = withWarmUp(cosineSchedule({ start: 3e-4, end: 3e-6, steps: 10 }), 5);
    expect(torch).toHaveLength(15);
    for (const [step, expected] of torch.entries()) expect(Math.abs(rate(step) - expected)).toBeLessThan(1e-15);
  });

  it('is RIFE’s curve: 2000 steps to 3e-4, then half a cosine to 3e-6', () => {
    const steps = 300_000;
    const rate = withWarmUp(cosineSchedule({ start: 3e-4, end: 3e-6, steps: steps - 2000 }), 2000);
    const official = (step: number) => {
      if (step < 2000) return (3e-4 * step) / 2000;
      return (3e-4 - 3e-6) * (Math.cos(((step - 2000) / (steps - 2000)) * Math.PI) * 0.5 + 0.5) + 3e-6;
    };
    for (const step of [0, 1, 1999, 2000, 2001, 77_777, 299_999]) expect(rate(step)).toBeCloseTo(official(step), 14);
    expect(rate(steps)).toBeCloseTo(3e-6, 14);
  });

  it('names what is wrong', () => {
    expect(() => cosineSchedule({ start: 1, end: 0, steps: 0 })).toThrow(
      /schedule\.steps: expected a whole number >= 1/,
    );
    expect(() => constantSchedule(-1)).toThrow(/schedule\.rate/);
    expect(() => withWarmUp(constantSchedule(1), 1.5)).toThrow(/schedule\.warmUp/);
  });
});
