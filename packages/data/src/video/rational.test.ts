import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRational, multiply, parseRational, rational, toNumber } from './rational.js';

describe('rational', () => {
  it('reads what it writes, reduced', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1 }), (numerator, denominator) => {
        const value = rational(numerator, denominator);
        expect(parseRational(formatRational(value))).toEqual(value);
        expect(toNumber(value)).toBeCloseTo(numerator / denominator, 10);
        expect(rational(BigInt(numerator) * 6n, BigInt(denominator) * 6n)).toEqual(value);
      }),
    );
    expect(rational(3, -6)).toEqual({ numerator: -1n, denominator: 2n });
  });

  it('multiplies without rounding and reads decimals as they stand', () => {
    expect(formatRational(multiply(rational(30000, 1001), rational(2)))).toBe('60000/1001');
    expect(formatRational(parseRational('23.976'))).toBe('2997/125');
    for (const text of ['', 'a', '1/0', '1/', '1.']) expect(() => parseRational(text)).toThrow(/expected a fraction/);
    expect(() => rational(1, 0)).toThrow(RangeError);
  });
});
