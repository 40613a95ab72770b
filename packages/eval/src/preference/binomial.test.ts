import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval, fairCoinTest, wilsonInterval } from './binomial.js';

describe('intervals of a probability', () => {
  // In decimal arithmetic of 60 digits; the first four are examples of Newcombe, Statistics in Medicine 17 (1998), table I.
  const known: [k: number, n: number, exact: [number, number], wilson: [number, number]][] = [
    [0, 20, [0, 0.168433470983], [0, 0.161125158053]],
    [1, 29, [0.000872646884, 0.177644295489], [0.006113214293, 0.171755218793]],
    [15, 148, [0.057844010083, 0.161650490349], [0.062386399531, 0.160487241723]],
    [81, 263, [0.252736745585, 0.367621922601], [0.255288519878, 0.366209576983]],
    [8, 10, [0.443904537692, 0.974789273673], [0.490162471537, 0.943317848546]],
    [5, 10, [0.187086028447, 0.812913971553], [0.236593090513, 0.763406909487]],
    [10, 10, [0.691502892181, 1], [0.722467200137, 1]],
  ];

  it.each(known)('%i of %i', (k, n, exact, wilson) => {
    for (const [found, expected] of [
      [clopperPearsonInterval(k, n), exact],
      [wilsonInterval(k, n), wilson],
    ] as const) {
      expect(found[0]).toBeCloseTo(expected[0], 9);
      expect(found[1]).toBeCloseTo(expected[1], 9);
    }
  });

  it('hold the rate, mirror, and are all there is without trials', () => {
    expect(clopperPearsonInterval(0, 0)).toEqual([0, 1]);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
    const counts = fc
      .integer({ min: 1, max: 60 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        for (const interval of [clopperPearsonInterval, wilsonInterval]) {
          const [low, high] = interval(k, n);
          expect(low).toBeLessThanOrEqual(k / n);
          expect(high).toBeGreaterThanOrEqual(k / n);
          const [mirrorLow, mirrorHigh] = interval(n - k, n);
          expect(mirrorLow).toBeCloseTo(1 - high, 9);
          expect(mirrorHigh).toBeCloseTo(1 - low, 9);
        }
      }),
      { numRuns: 40 },
    );
    expect(() => clopperPearsonInterval(4, 3)).toThrow('4 of 3');
  });
});

it('a fair coin is tested exactly', () => {
  expect(fairCoinTest(5, 10)).toBe(1);
  expect(fairCoinTest(0, 0)).toBe(1);
  // 2 (C(10,8) + C(10,9) + C(10,10)) / 2^10 = 112 / 1024
  expect(fairCoinTest(8, 10)).toBeCloseTo(112 / 1024, 12);
  expect(fairCoinTest(2, 10)).toBeCloseTo(112 / 1024, 12);
  // (1/2)^19 for 20 of 20
  expect(fairCoinTest(20, 20)).toBeCloseTo(2 ** -19, 15);
});
