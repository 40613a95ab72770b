import { ConfigError } from '@vosvfi/core';

/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function greatestCommonDivisor(first: bigint, second: bigint): bigint {
  let [a, b] = [first < 0n ? -first : first, second < 0n ? -second : second];
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** The fraction of two integers, reduced. @throws RangeError for a zero denominator. */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  if (d === 0n) throw new RangeError('A fraction has a denominator other than 0.');
  const divisor = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { numerator: n / divisor, denominator: d / divisor };
}

/** Reads `30000/1001`, `30000:1001`, `25` or `23.976` (exactly 23976/1000). @throws ConfigError */
export function parseRational(text: string): Rational {
  const [, numerator, , denominator, digits] = /^(-?\d+)(?:([/:])(\d+)|\.(\d+))?$/.exec(text.trim()) ?? [];
  if (numerator === undefined || denominator === '0') {
    throw new ConfigError('rational', `expected a fraction such as 30000/1001, found "${text}".`);
  }
  if (digits !== undefined) return rational(BigInt(numerator + digits), 10n ** BigInt(digits.length));
  return rational(BigInt(numerator), BigInt(denominator ?? 1));
}

/** `30000/1001`, as ffmpeg writes it. */
export function formatRational({ numerator, denominator }: Rational, separator = '/'): string {
  return `${numerator}${separator}${denominator}`;
}

/** The product of two fractions. */
export function multiply(first: Rational, second: Rational): Rational {
  return rational(first.numerator * second.numerator, first.denominator * second.denominator);
}

/** The nearest double. */
export function toNumber({ numerator, denominator }: Rational): number {
  return Number(numerator) / Number(denominator);
}
