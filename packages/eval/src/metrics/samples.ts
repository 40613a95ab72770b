import { type Frame, MediaError, ShapeError } from '@vosvfi/core';

/** Channels of a frame. */
export const CHANNELS = 3;

/** A frame of 8-bit samples. */
export interface EightBitFrame extends Frame {
  readonly data: Uint8Array;
}

/** The value of white in a frame's own scale: 255 for 8-bit frames, 1 for float frames. */
export function peakOf(frame: Frame): 255 | 1 {
  return frame.data instanceof Uint8Array ? 255 : 1;
}

/** Values of 8-bit samples in 0..1. */
const units = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** A frame's samples in 0..1 as float32; those of a float frame themselves, not a copy. */
export function unitSamples({ data }: Frame): Float32Array {
  if (!(data instanceof Uint8Array)) return data;
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = units[data[i]!]!;
  return values;
}

/**
 * Checks that two frames can be compared.
 * @throws ShapeError if they differ in size, are empty, or hold another number of samples than their size says; MediaError
 * if a float frame holds NaN or an infinity.
 */
export function requireComparable(reference: Frame, distorted: Frame): void {
  requireFrame('reference frame', reference);
  requireFrame('distorted frame', distorted);
  if (reference.width !== distorted.width || reference.height !== distorted.height) {
    throw new ShapeError(
      'distorted frame',
      `the reference's size ${reference.width}x${reference.height}`,
      `${distorted.width}x${distorted.height}`,
    );
  }
}

/**
 * Checks that a frame has samples, as many as its size says, all of them numbers.
 * @throws ShapeError or MediaError if not.
 */
export function requireFrame(name: string, frame: Frame): void {
  const expected = frame.width * frame.height * CHANNELS;
  if (expected === 0) throw new ShapeError(name, 'at least one pixel', `${frame.width}x${frame.height}`);
  if (frame.data.length !== expected) {
    throw new ShapeError(
      name,
      `${expected} samples (${frame.width}x${frame.height} RGB)`,
      `${frame.data.length} samples`,
    );
  }
  if (frame.data instanceof Uint8Array) return;
  const place = frame.data.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  const pixel = Math.floor(place / CHANNELS);
  throw new MediaError(
    name,
    `holds ${frame.data[place]} in row ${Math.floor(pixel / frame.width)}, column ${pixel % frame.width}.`,
    { hint: 'Metrics need frames of finite numbers; look at what made this one.' },
  );
}

/**
 * Factors that bring two frames to one scale: nothing to do for two 8-bit frames (0..255) or two float frames (0..1);
 * a mixed pair is compared on 0..1.
 */
export function commonScale(reference: Frame, distorted: Frame): { peak: 255 | 1; factors: readonly [number, number] } {
  const peaks = [peakOf(reference), peakOf(distorted)] as const;
  if (peaks[0] === peaks[1]) return { peak: peaks[0], factors: [1, 1] };
  return { peak: 1, factors: [1 / peaks[0], 1 / peaks[1]] };
}

/**
 * An 8-bit copy of a frame: clipped to 0..1, times 255, halves rounded to even, as numpy and torch round
 * (what most benchmarks do to a network's output before they measure). 8-bit frames are returned as they are.
 * `product` is the precision of the multiplication: torch code has `single`, a script that turns to float64 first `double`;
 * they differ for values whose float32 product happens to be a half.
 */
export function quantizeFrame(frame: Frame, product: 'single' | 'double' = 'single'): EightBitFrame {
  if (frame.data instanceof Uint8Array) return { ...frame, data: frame.data };
  const { data } = frame;
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(1, Math.max(0, data[i]!)) * 255;
    bytes[i] = roundHalfToEven(product === 'single' ? Math.fround(value) : value);
  }
  return { ...frame, data: bytes };
}

/** The first float64 beyond which there are only whole numbers. */
const ONLY_WHOLE = 2 ** 52;

/** To the nearest whole number, halves to the even one, as numpy and torch round. */
export function roundHalfToEven(value: number): number {
  const size = Math.abs(value);
  if (!(size < ONLY_WHOLE)) return value;
  // The addition itself rounds in this way; there is no branch that could not be foretold.
  const whole = size + ONLY_WHOLE - ONLY_WHOLE;
  return value < 0 ? -whole : whole;
}
