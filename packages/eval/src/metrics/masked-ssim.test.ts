import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { readFixtureFrame, readFixtureJson, readFixtureMask } from '../../test/support/fixtures.js';
import { maskedInterpolationError, maskedPsnr } from './masked-psnr.js';
import { maskedSsim } from './masked-ssim.js';

/** The arithmetic of `eval_voxelflow.m` run by GNU Octave 7.3, with `rgb2gray`, `fspecial` and `imfilter` of its image package. */
const stored =
  readFixtureJson<Record<string, Record<'hard' | 'soft', { ssim: number; ie: number }>>>('psnr-ssim/motion-masks.json');

/** A mask of every weight, so that rounding to 8 bits after it matters. */
function ramps({ width, height }: Frame): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) => 7 * (i % width) + 3 * Math.floor(i / width));
  return { data, width, height };
}

describe.each(Object.keys(stored))('%s in motion masks', (name) => {
  const truth = readFixtureFrame(`psnr-ssim/${name.slice(0, 2)}_ref.png`);
  const prediction = readFixtureFrame(`psnr-ssim/${name}.png`);
  const labels = readFixtureMask(`psnr-ssim/${name.slice(0, 2)}_mask.png`);
  const masks = { hard: { ...labels, data: labels.data.map((label) => (label > 0 ? 255 : 0)) }, soft: ramps(truth) };

  it.each(['hard', 'soft'] as const)('%s', (kind) => {
    const expected = stored[name]![kind];
    expect(Math.abs(maskedSsim(truth, prediction, masks[kind])! - expected.ssim)).toBeLessThan(1e-12);
    const error = maskedInterpolationError(truth, prediction, masks[kind])!;
    // Octave's masks have single precision, as those of the script.
    expect(Math.abs(error / expected.ie - 1)).toBeLessThan(1e-6);
    expect(20 * Math.log10(255 / error)).toBeCloseTo(maskedPsnr(truth, prediction, masks[kind])!, 9);
  });
});

describe('what the script leaves out of its means', () => {
  const frame: Frame = { data: new Uint8Array(300).fill(90), width: 10, height: 10 };
  const empty: Mask = { data: new Uint8Array(100), width: 10, height: 10 };
  const half: Mask = { ...empty, data: empty.data.map((_, i) => (i < 50 ? 255 : 0)) };
  const lower: Frame = { ...frame, data: frame.data.map((value, s) => (s < 150 ? value : 0)) };

  it('has no value', () => {
    expect(maskedSsim(frame, lower, empty)).toBeNull();
    expect(maskedInterpolationError(frame, lower, empty)).toBeNull();
    // They differ only where nothing moves.
    expect(maskedSsim(frame, lower, half)).toBeNull();
    expect(maskedInterpolationError(frame, lower, half)).toBe(0);
    expect(() => maskedSsim(frame, frame, { ...empty, width: 20 })).toThrow(ShapeError);
  });

  it('is not smaller than the window', () => {
    const brighter: Frame = { ...frame, data: frame.data.map((value) => value + 9) };
    expect(maskedSsim(frame, brighter, half)).toBeLessThan(1);
  });
});
