import type { Frame, Interpolator } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalTimes, makeInBetween } from './in-between.js';

const flat = (value: number): Frame => ({ data: Float32Array.of(value, value, value), width: 1, height: 1 });

/** Exact for pictures that change evenly; records the times it is asked for. */
function linear(asked: number[]): Interpolator {
  return {
    id: 'linear',
    interpolate: async (frame0, frame1, times) => {
      asked.push(...times);
      return times.map((t) => flat(frame0.data[0]! + (frame1.data[0]! - frame0.data[0]!) * t));
    },
    dispose: async () => {},
  };
}

describe('makeInBetween', () => {
  it('puts each frame at its time, by halves where they reach, else directly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 40 }), async (factor) => {
        const asked: number[] = [];
        const times = equalTimes(factor);
        const frames = await makeInBetween(linear(asked), flat(0), flat(1), times);
        frames.forEach(({ data }, k) => {
          expect(data[0]).toBeCloseTo(times[k]!, 6);
        });
        const isPower = Number.isInteger(Math.log2(factor));
        expect(asked).toEqual(isPower ? times.map(() => 0.5) : times);
      }),
    );
  });

  it('reaches single times by halves and refuses those out of reach', async () => {
    const asked: number[] = [];
    const [frame] = await makeInBetween(linear(asked), flat(0), flat(1), [0.625], 'recursive');
    expect(frame!.data[0]).toBeCloseTo(0.625, 6);
    expect(asked).toEqual([0.5, 0.5, 0.5]);
    await expect(makeInBetween(linear(asked), flat(0), flat(1), [0.3], 'recursive')).rejects.toThrow(/t = 0\.3 is not/);
  });

  it('refuses factors that are no integer from 2 on', () => {
    for (const factor of [1, 2.5, 0, Number.NaN, 1000]) expect(() => equalTimes(factor)).toThrow(/factor: expected/);
  });
});
