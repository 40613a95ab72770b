import { type Frame, MediaError, ShapeError } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixtureFrame, readFixtureJson, readFixtureMask } from '../../test/support/fixtures.js';
import { averageSequences } from './average.js';
import { censusDistance } from './census-distance.js';
import { maskedPsnr } from './masked-psnr.js';
import { msSsim } from './ms-ssim.js';
import { normalizedInterpolationError } from './normalized-interpolation-error.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';

/** scikit-image 0.20, and the definitions in NumPy and SciPy. */
const stored = readFixtureJson<Record<string, Record<string, number>>>('psnr-ssim/more.json');

function cut(frame: Frame, width: number, height: number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    data.set(frame.data.subarray(y * frame.width * 3, (y * frame.width + width) * 3), y * width * 3);
  }
  return { data, width, height };
}

function grey(width: number, height: number, value: (i: number) => number): Frame {
  return { data: Float32Array.from({ length: width * height * 3 }, (_, i) => value(i)), width, height };
}

describe.each(Object.keys(stored))('%s', (name) => {
  const expected = stored[name]!;
  const photo = name.slice(0, 2);
  const a = readFixtureFrame(`psnr-ssim/${photo}_ref.png`);
  const b = readFixtureFrame(`psnr-ssim/${name}.png`);
  const mask = readFixtureMask(`psnr-ssim/${photo}_mask.png`);

  it.each([
    ['ssim_default', () => ssim(a, b, 'skimage-default')],
    ['ssim_released', () => ssim(a, b, 'vosvfi-released')],
    ['ms_ssim_gray', () => msSsim(a, b)],
    ['ms_ssim_rgb', () => msSsim(a, b, 'rgb')],
    ['ms_ssim_gray_odd', () => msSsim(cut(a, 235, 181), cut(b, 235, 181))],
    ['nie', () => normalizedInterpolationError(a, b)],
    ['psnr_y_full', () => psnr(a, b, 'y-full')],
    ['masked_psnr', () => maskedPsnr(a, b, mask) ?? Number.NaN],
    ['census_soft', () => censusDistance(a, b)],
    ['census_hamming', () => censusDistance(a, b, { variant: 'hamming' })],
  ] as const)('%s', (key, measure) => {
    expect(Math.abs(measure() - expected[key]!)).toBeLessThan(1e-9);
  });
});

describe('equal frames', () => {
  const frame = grey(170, 165, (i) => ((i * 7919) % 256) / 255);
  it('are perfect', () => {
    expect(msSsim(frame, frame)).toBeCloseTo(1, 12);
    expect(ssim(frame, frame, 'skimage-default')).toBeCloseTo(1, 12);
    expect(normalizedInterpolationError(frame, frame)).toBe(0);
    expect(censusDistance(frame, frame)).toBe(0);
    expect(psnr(frame, frame, 'y-full')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('properties', () => {
  const pixels = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 9 * 8 * 3, maxLength: 9 * 8 * 3 });
  const frameOf = (values: number[]): Frame => ({ data: Uint8Array.from(values), width: 9, height: 8 });

  it('census distance is symmetric, within 0 and 1, and does not see brightness', () => {
    fc.assert(
      fc.property(pixels, pixels, fc.integer({ min: 1, max: 50 }), (x, y, more) => {
        const [a, b] = [frameOf(x), frameOf(y)];
        const distance = censusDistance(a, b, { radius: 2 });
        expect(distance).toBe(censusDistance(b, a, { radius: 2 }));
        expect(distance >= 0 && distance < 1).toBe(true);
        const dark = { ...a, data: a.data.map((value) => value * 0.5) };
        const bright = { ...dark, data: dark.data.map((value) => value + more) };
        expect(censusDistance(dark, bright, { radius: 2, variant: 'hamming' })).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('bad input', () => {
  const frame = grey(20, 20, () => 0.5);
  it('is named', () => {
    expect(() => msSsim(frame, frame)).toThrow(/at least 161x161/);
    expect(() =>
      ssim(
        grey(6, 20, () => 0),
        grey(6, 20, () => 0),
        'skimage-default',
      ),
    ).toThrow(ShapeError);
    expect(() =>
      censusDistance(
        grey(6, 9, () => 0),
        grey(6, 9, () => 0),
      ),
    ).toThrow(ShapeError);
    const broken = grey(20, 20, (i) => (i === 61 ? Number.NaN : 0.5));
    for (const measure of [psnr, ssim, censusDistance, normalizedInterpolationError]) {
      expect(() => measure(frame, broken)).toThrow(MediaError);
      expect(() => measure(broken, frame)).toThrow(/reference frame: holds NaN in row 1, column 0/);
    }
    expect(() =>
      psnr(
        frame,
        grey(20, 20, (i) => (i === 0 ? Number.POSITIVE_INFINITY : 0)),
      ),
    ).toThrow(/holds Infinity/);
  });

  it('has no value under an empty mask', () => {
    expect(maskedPsnr(frame, frame, { data: new Uint8Array(400), width: 20, height: 20 })).toBeNull();
    expect(maskedPsnr(frame, frame, { data: new Uint8Array(400).fill(9), width: 20, height: 20 })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(() => maskedPsnr(frame, frame, { data: new Uint8Array(4), width: 2, height: 2 })).toThrow(ShapeError);
  });
});

describe('averageSequences', () => {
  it('keeps infinite and undefined values out of both means and counts them', () => {
    const { POSITIVE_INFINITY } = Number;
    expect(averageSequences([[30, POSITIVE_INFINITY, 40], [20], [null, POSITIVE_INFINITY], []])).toEqual({
      pooled: 30,
      perSequence: 27.5,
      infinite: 2,
      undefinedFrames: 1,
    });
    expect(averageSequences([[POSITIVE_INFINITY]])).toMatchObject({ pooled: null, perSequence: null });
    expect(averageSequences([])).toMatchObject({ pooled: null, perSequence: null });
    expect(() => averageSequences([[1], [2, Number.NaN]])).toThrow(/frame 1 of sequence 1/);
  });
});
