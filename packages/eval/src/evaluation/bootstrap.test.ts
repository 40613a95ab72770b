import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from './bootstrap.js';

const value = (number: number, weight = 1) => ({ value: number, weight });

describe('pairedBootstrap', () => {
  it('gives the difference of weighted means, and none for one item', () => {
    const pairs = [[value(3, 1), value(1, 1)] as const, [value(6, 3), value(5, 3)] as const];
    expect(pairedBootstrap(pairs)!.difference).toBeCloseTo((3 + 18) / 4 - (1 + 15) / 4, 12);
    expect(pairedBootstrap([pairs[0]!])).toBeNull();
    expect(pairedBootstrap([pairs[0]!, [null, value(1)]])).toBeNull();
  });

  it('covers as the normal approximation does, and is the same each time', () => {
    const pairs = Array.from({ length: 60 }, (_, i) => [value(Math.sin(7 * i) + 0.2), value(0)] as const);
    const numbers = pairs.map(([{ value }]) => value);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / 60;
    const error = Math.sqrt(numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / 60 / 60);
    const found = pairedBootstrap(pairs, { seed: 3 })!;
    expect(found.interval[0]).toBeGreaterThan(mean - 2.25 * error);
    expect(found.interval[0]).toBeLessThan(mean - 1.7 * error);
    expect(found.interval[1]).toBeLessThan(mean + 2.25 * error);
    expect(found.interval[1]).toBeGreaterThan(mean + 1.7 * error);
    expect(pairedBootstrap(pairs, { seed: 3 })).toEqual(found);
    expect(pairedBootstrap(pairs, { seed: 4 })!.interval).not.toEqual(found.interval);
  });
});
