/** Largest finite half. */
export const largestHalf = 65504;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the half nearest to a float32 of at most 65504 (ties to even, as IEEE 754 rounds). */
export function halfBits(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = Math.abs(float[0]!);
  // Multiples of 2^-24, the smallest half, up to the smallest half with a hidden bit.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const mantissa = (word & 0x7fffff) / 2 ** 13;
  const exponent = ((word >>> 23) & 0xff) - 127 + 15;
  // A mantissa that rounds up to 1024 carries into the exponent, which is what the sum does.
  return sign | ((exponent << 10) + roundToEven(mantissa));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The number that the bits of an IEEE 754 half stand for. */
export function halfValue(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
