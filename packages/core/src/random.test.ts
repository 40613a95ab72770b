import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, hash32, type Random, restoreRandom } from './random.js';

const seeds = fc.integer({ min: 0, max: 0xffffffff });
const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.uniform());
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('streams', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        expect(draw(createRandom(a), 8)).toEqual(draw(createRandom(a), 8));
        if (a !== b) expect(draw(createRandom(a), 8)).not.toEqual(draw(createRandom(b), 8));
      }),
    );
  });

  test('the numbers of a seed stay what they are: runs recorded by an earlier version repeat', () => {
    const random = createRandom(42);
    expect([random.uniform(), random.integer(0, 1000), random.normal(), random.chance(0.5)]).toEqual([
      0.6917589799176889,
      17,
      -1.1095177821116118,
      false,
    ]);
    expect(createRandom(42).fork('data').uniform()).toBe(0.5500860763243106);
  });

  test('a stream goes on from its saved state, through JSON, whatever was drawn before', () => {
    const draws = fc.array(fc.constantFrom('uniform', 'integer', 'normal', 'chance', 'fork'), { maxLength: 20 });
    fc.assert(
      fc.property(seeds, draws, (seed, calls) => {
        const random = createRandom(seed);
        for (const call of calls) {
          if (call === 'integer') random.integer(0, 9);
          else if (call === 'chance') random.chance(0.3);
          else if (call === 'fork') random.fork(1).uniform();
          else if (call === 'normal') random.normal();
          else random.uniform();
        }
        const restored = restoreRandom(JSON.parse(JSON.stringify(random.state())));
        expect(restored.fork('x').uniform()).toBe(random.fork('x').uniform());
        expect(draw(restored, 5)).toEqual(draw(random, 5));
      }),
    );
  });

  test('saving the state does not draw', () => {
    const random = createRandom(7);
    random.state();
    expect(random.uniform()).toBe(createRandom(7).uniform());
  });
});

describe('forks', () => {
  test('depend on seed and label only, not on what was drawn', () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.nat(10), (seed, label, drawn) => {
        const random = createRandom(seed);
        draw(random, drawn);
        expect(draw(random.fork(label), 4)).toEqual(draw(createRandom(seed).fork(label), 4));
      }),
    );
  });

  test('leave their parent where it was', () => {
    const random = createRandom(3);
    draw(random.fork('a'), 10);
    expect(random.uniform()).toBe(createRandom(3).uniform());
  });

  test('of neighbouring labels and seeds do not repeat each other', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      for (let label = 0; label < 100; label++) firsts.add(createRandom(seed).fork(label).uniform());
    }
    expect(firsts.size).toBe(3000);
  });

  test.each([0, 1, 2, 3])('of neighbouring labels and seeds are not correlated in draw %i', (skipped) => {
    const parent = createRandom(11);
    const nth = (random: Random): number => draw(random, skipped + 1)[skipped]! - 0.5;
    const labels = Array.from({ length: 4000 }, (_, label) => nth(parent.fork(label)) * nth(parent.fork(label + 1)));
    const seeds = Array.from({ length: 4000 }, (_, seed) => nth(createRandom(seed)) * nth(createRandom(seed + 1)));
    // Twelve times the mean product is the correlation; its standard deviation is 1 / sqrt(4000) = 0.016.
    expect(Math.abs(mean(labels) * 12)).toBeLessThan(0.07);
    expect(Math.abs(mean(seeds) * 12)).toBeLessThan(0.07);
  });

  test('start evenly spread', () => {
    const starts = Array.from({ length: 4000 }, (_, seed) => createRandom(seed).uniform());
    // Standard deviation of the mean: 0.2887 / sqrt(4000) = 0.0046.
    expect(Math.abs(mean(starts) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(mean(starts.map((start) => start * start)) - 1 / 3)).toBeLessThan(0.02);
  });
});

describe('distributions', () => {
  const count = 20_000;

  test('uniform stays in [low, high) and fills it evenly', () => {
    const random = createRandom(5);
    const values = Array.from({ length: count }, () => random.uniform(-2, 6));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(6);
    expect(mean(values)).toBeCloseTo(2, 1);
    const bins = new Array<number>(8).fill(0);
    for (const value of values) bins[Math.floor(value + 2)]! += 1;
    // Seven degrees of freedom: 29.9 is passed by one fair stream in 10,000.
    const chiSquared = bins.reduce((sum, n) => sum + (n - count / 8) ** 2 / (count / 8), 0);
    expect(chiSquared).toBeLessThan(29.9);
  });

  test('integer gives every whole number from low to high, both ends included', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -5, max: 5 }), fc.nat(4), (seed, low, span) => {
        const random = createRandom(seed);
        const seen = new Set(Array.from({ length: 300 }, () => random.integer(low, low + span)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: span + 1 }, (_, i) => low + i));
      }),
    );
  });

  test('normal has the mean and standard deviation asked for, and is always finite', () => {
    const random = createRandom(9);
    const values = Array.from({ length: count }, () => random.normal(3, 2));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(mean(values)).toBeCloseTo(3, 1);
    expect(Math.sqrt(mean(values.map((value) => (value - 3) ** 2)))).toBeCloseTo(2, 1);
    const within = values.filter((value) => Math.abs(value - 3) < 2).length / count;
    expect(within).toBeCloseTo(0.6827, 1);
  });

  test('chance is true as often as asked: never at 0, always at 1', () => {
    const random = createRandom(13);
    const rate = (p: number): number =>
      Array.from({ length: count }, () => random.chance(p)).filter(Boolean).length / count;
    expect(rate(0)).toBe(0);
    expect(rate(1)).toBe(1);
    expect(rate(0.3)).toBeCloseTo(0.3, 1);
  });
});

test('hash32 is FNV-1a', () => {
  // Reference values of the 32-bit FNV-1a test suite.
  expect(hash32('')).toBe(0x811c9dc5);
  expect(hash32('a')).toBe(0xe40c292c);
  expect(hash32('foobar')).toBe(0xbf9cf968);
});
