import { type Frame, type Mask, ShapeError, UnsupportedError } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foregroundPsnr } from './foreground-psnr.js';
import { interpolationError } from './interpolation-error.js';
import { psnr } from './psnr.js';
import { quantizeFrame, roundHalfToEven } from './samples.js';
import { ssim } from './ssim.js';

function frame(width: number, height: number, values: ArrayLike<number>): Frame {
  return { data: Uint8Array.from(values), width, height };
}

function framePair(minimum: number): fc.Arbitrary<[Frame, Frame]> {
  return fc
    .tuple(fc.integer({ min: minimum, max: minimum + 5 }), fc.integer({ min: minimum, max: minimum + 5 }))
    .chain(([width, height]) => {
      const samples = fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 });
      return fc
        .tuple(samples, samples)
        .map(([a, b]): [Frame, Frame] => [frame(width, height, a), frame(width, height, b)]);
    });
}

describe('psnr', () => {
  it('is 20 log10(255 / d) for a constant difference d', () => {
    const a = frame(2, 1, [10, 10, 10, 10, 10, 10]);
    expect(psnr(a, frame(2, 1, [15, 5, 15, 5, 15, 5]))).toBeCloseTo(20 * Math.log10(51), 12);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not depend on whether frames are 8-bit or float', () => {
    fc.assert(
      fc.property(framePair(1), ([a, b]) => {
        const float = (f: Frame): Frame => ({ ...f, data: Float32Array.from(f.data, (v) => v / 255) });
        const expected = psnr(a, b);
        if (expected === Number.POSITIVE_INFINITY) return;
        expect(psnr(float(a), float(b))).toBeCloseTo(expected, 4);
        expect(psnr(a, float(b))).toBeCloseTo(expected, 4);
      }),
    );
  });

  it('rounds luma to float32 as BasicSR does', () => {
    const a = frame(1, 1, [185, 70, 92]);
    expect(psnr(a, frame(1, 1, [186, 70, 92]), 'y-bt601')).toBeCloseTo(59.93949407959853, 10);
  });

  it('refuses frames of different size', () => {
    expect(() => psnr(frame(1, 1, [0, 0, 0]), frame(2, 1, [0, 0, 0, 0, 0, 0]))).toThrow(ShapeError);
    expect(() => psnr(frame(1, 1, [0, 0, 0]), frame(1, 1, [0]))).toThrow(/3 samples/);
  });
});

describe('foregroundPsnr', () => {
  const reference = frame(2, 1, [100, 100, 100, 0, 0, 0]);
  const distorted = frame(2, 1, [116, 80, 101, 9, 9, 9]);
  const left: Mask = { data: Uint8Array.of(2, 0), width: 2, height: 1 };

  it('looks at the foreground only', () => {
    expect(foregroundPsnr(reference, distorted, left)).toBeCloseTo(10 * Math.log10(65025 / ((256 + 400 + 1) / 3)), 12);
    expect(foregroundPsnr(reference, distorted, left, 'divide-by-pixels')).toBeCloseTo(
      10 * Math.log10(65025 / 657),
      12,
    );
  });

  it('wraps modulo 256 in mode released: 16^2 counts as 0 and 20^2 as 144', () => {
    expect(foregroundPsnr(reference, distorted, left, 'released')).toBeCloseTo(10 * Math.log10(65025 / 145), 12);
    expect(foregroundPsnr(reference, reference, left, 'released')).toBe(100);
  });

  it('is null for an empty mask and refuses masks of another size', () => {
    expect(foregroundPsnr(reference, distorted, { ...left, data: new Uint8Array(2) })).toBeNull();
    expect(() => foregroundPsnr(reference, distorted, { data: new Uint8Array(1), width: 1, height: 1 })).toThrow(
      ShapeError,
    );
  });

  it('refuses float frames in mode released', () => {
    const float: Frame = { data: new Float32Array(6), width: 2, height: 1 };
    expect(() => foregroundPsnr(float, float, left, 'released')).toThrow(UnsupportedError);
  });
});

describe('interpolationError', () => {
  it('orders its definitions: mean-absolute <= rms, colour-vector = sqrt(3) rms', () => {
    fc.assert(
      fc.property(framePair(1), ([a, b]) => {
        const rms = interpolationError(a, b, 'rms');
        expect(interpolationError(a, b, 'mean-absolute')).toBeLessThanOrEqual(rms + 1e-9);
        expect(interpolationError(a, b, 'colour-vector')).toBeCloseTo(Math.sqrt(3) * rms, 9);
      }),
    );
  });
});

describe('ssim', () => {
  it.each(['skimage-gaussian', 'matlab-y', 'matlab-gray', 'ifrnet-2d', 'ifrnet-3d'] as const)(
    '%s is 1 for equal frames, symmetric and within -1..1',
    (variant) => {
      fc.assert(
        fc.property(framePair(11), ([a, b]) => {
          const value = ssim(a, b, variant);
          expect(ssim(a, a, variant)).toBeCloseTo(1, 6);
          expect(ssim(b, a, variant)).toBeCloseTo(value, 12);
          expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('refuses frames smaller than its window', () => {
    expect(() => ssim(frame(1, 1, [0, 0, 0]), frame(1, 1, [0, 0, 0]))).toThrow(/at least 11x11/);
  });

  // Numbers of IFRNet's code.
  it('of constant pictures by the 3D window is the formula in float64, which the float32 of the originals misses', () => {
    const constant = (value: number): Frame => ({
      data: new Uint8Array(38 * 53 * 3).fill(value),
      width: 53,
      height: 38,
    });
    // RIFE's code prints 0.9943450 and 0.9967431.
    expect(ssim(constant(200), constant(205), 'ifrnet-3d')).toBeCloseTo(0.999695194505099, 10);
    expect(ssim(constant(120), constant(131), 'ifrnet-3d')).toBeCloseTo(0.9961667245702586, 10);
  });

  it('has a smaller window in the variants that repeat edges', () => {
    const values = (change: number): number[] =>
      Array.from({ length: 162 }, (_, i) => (37 * i + change * (i % 5)) % 256);
    const [a, b] = [frame(9, 6, values(0)), frame(9, 6, values(7))];
    expect(Math.abs(ssim(a, b, 'ifrnet-2d') - 0.7021430730819702)).toBeLessThan(1e-5);
    expect(ssim(a, b, 'ifrnet-3d')).toBeCloseTo(0.6365959800574729, 7);
  });
});

describe('quantizeFrame', () => {
  it('clips and rounds halves to even', () => {
    const float: Frame = { data: Float32Array.of(-1, 0.5, 2), width: 1, height: 1 };
    expect([...quantizeFrame(float).data]).toEqual([0, 128, 255]);
    expect([...quantizeFrame({ ...float, data: Float32Array.of(2.5 / 255, 1.5 / 255, 0.2) }).data]).toEqual([2, 2, 51]);
  });
});

describe('roundHalfToEven', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [2.4999999999999996, 2],
    [254.50000000000003, 255],
    [-0.6, -1],
    [-2.5, -2],
    [2 ** 51 + 0.5, 2 ** 51],
    [2 ** 51 + 1.5, 2 ** 51 + 2],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [1e300, 1e300],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('of %d is %d', (value, whole) => {
    expect(roundHalfToEven(value)).toBe(whole);
  });
});
