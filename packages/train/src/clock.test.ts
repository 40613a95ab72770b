import { describe, expect, it } from 'vitest';
import { startClock } from './clock.js';

/** A clock whose time is set by hand, and promises that take time on it. */
function handClock() {
  let time = 100;
  return {
    clock: startClock(() => time),
    spend: (seconds: number) => {
      time += seconds;
    },
    later: async (seconds: number) => {
      await Promise.resolve();
      time += seconds;
    },
  };
}

describe('clock of a run', () => {
  it('knows the share of time spent waiting for data', async () => {
    const { clock, spend, later } = handClock();
    expect(clock.dataWaitShare()).toBe(0);
    await clock.waiting(later(1));
    spend(3);
    expect(clock.dataWaitShare()).toBe(0.25);
    expect(clock.seconds()).toBe(4);
  });

  it('leaves pauses out of pace, ETA, duration and shares', async () => {
    const { clock, spend, later } = handClock();
    await clock.waiting(later(1));
    spend(1);
    clock.stepEnded();
    expect(await clock.pausing(later(1000))).toBe(1000);
    spend(2);
    clock.stepEnded();
    expect(clock.secondsPerStep()).toBe(2);
    expect(clock.etaSeconds(5)).toBe(10);
    expect(clock.seconds()).toBe(4);
    expect(clock.dataWaitShare()).toBe(0.25);
  });
});
