import type { Frame, Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import {
  readFixtureFrame,
  readFixtureJson,
  readFixtureMask,
  readFixtureNpy,
  toNumber,
} from '../../test/support/fixtures.js';
import { foregroundError, foregroundPsnr } from './foreground-psnr.js';
import { interpolationError } from './interpolation-error.js';
import { meanSquaredError, psnr } from './psnr.js';
import { quantizeFrame } from './samples.js';
import { ssim, ssimPerChannel } from './ssim.js';

interface Case {
  name: string;
  ref: string;
  dis: string;
  mask: string | null;
  values: Record<string, number | string | null | number[]>;
}

const { cases, float_case: floatCase } = readFixtureJson<{
  cases: Case[];
  float_case: { ref: string; dis: string; values: Record<string, number> };
}>('psnr-ssim/expected.json');

const EXACT = 1e-12;
/** BasicSR rounds Y / 255 to float32. */
const SINGLE = 1e-6;
/** The reference filters in another order. */
const FILTER_ORDER = 1e-10;
/** The reference makes its three-dimensional window in float32. */
const SINGLE_WINDOW = 1e-7;
/** The originals print float32 values, which cancellation moves by up to this. */
const SINGLE_SSIM = 5e-4;

type Metric = (a: Frame, b: Frame, mask: Mask) => number | null;

const METRICS: Record<string, [Metric, number]> = {
  psnr_rgb_uint8_skimage: [(a, b) => psnr(a, b), EXACT],
  psnr_rgb_uint8_basicsr: [(a, b) => psnr(a, b), EXACT],
  psnr_y_bt601_basicsr: [(a, b) => psnr(a, b, 'y-bt601'), SINGLE],
  psnr_unit_float32_ifrnet: [(a, b) => psnr(a, b), SINGLE],
  mse_rgb_uint8: [(a, b) => meanSquaredError(a, b), EXACT],
  ie_rms_over_pixels_and_channels: [(a, b) => interpolationError(a, b, 'rms'), EXACT],
  ie_rms_over_pixels_of_colour_vector: [(a, b) => interpolationError(a, b, 'colour-vector'), EXACT],
  ie_mean_abs_float64: [(a, b) => interpolationError(a, b, 'mean-absolute'), EXACT],
  ie_mean_abs_ifrnet: [(a, b) => interpolationError(a, b, 'mean-absolute'), SINGLE],
  ssim_skimage_mean: [(a, b) => ssim(a, b, 'skimage-gaussian'), FILTER_ORDER],
  ssim_skimage_gray_uint8: [(a, b) => ssim(a, b, 'matlab-gray'), FILTER_ORDER],
  ssim_matlab_rgb2gray_uint8: [(a, b) => ssim(a, b, 'matlab-gray'), FILTER_ORDER],
  ssim_matlab_y_bt601: [(a, b) => ssim(a, b, 'matlab-y'), SINGLE],
  ssim_matlab_rgb_mean: [(a, b) => ssim(a, b, 'matlab-rgb'), FILTER_ORDER],
  ssim_3dwindow_float64: [(a, b) => ssim(a, b, 'ifrnet-3d'), SINGLE_WINDOW],
  ssim_3dwindow_ifrnet_float32: [(a, b) => ssim(a, b, 'ifrnet-3d'), SINGLE_SSIM],
  ssim_2dwindow_replicate_ifrnet_float32: [(a, b) => ssim(a, b, 'ifrnet-2d'), SINGLE_SSIM],
  fg_mse: [(a, b, mask) => foregroundError(a, b, mask), EXACT],
  fg_psnr: [(a, b, mask) => foregroundPsnr(a, b, mask), EXACT],
  fg_psnr_voxelflow: [(a, b, mask) => foregroundPsnr(a, b, mask), EXACT],
};

function expectClose(actual: number | null, expected: number | string | null, tolerance: number): void {
  if (expected === null || !Number.isFinite(toNumber(expected))) {
    expect(actual).toBe(expected === null ? null : toNumber(expected));
    return;
  }
  expect(actual).not.toBeNull();
  expect(Math.abs(actual! - toNumber(expected))).toBeLessThanOrEqual(
    tolerance * Math.max(1, Math.abs(toNumber(expected))),
  );
}

describe.each(cases)('$name', ({ ref, dis, mask, values }) => {
  const [a, b] = [readFixtureFrame(`psnr-ssim/${ref}`), readFixtureFrame(`psnr-ssim/${dis}`)];
  const foreground = mask === null ? null : readFixtureMask(`psnr-ssim/${mask}`);

  it.each(Object.keys(METRICS).filter((key) => key in values))('%s', (key) => {
    const [metric, tolerance] = METRICS[key]!;
    const expected = values[key];
    if (Array.isArray(expected) || expected === undefined) throw new Error(`${key} is not a single number.`);
    expectClose(metric(a, b, foreground ?? { data: new Uint8Array(0), width: 0, height: 0 }), expected, tolerance);
  });

  it('SSIM per channel', () => {
    const channels = values.ssim_skimage_per_channel as number[];
    ssimPerChannel(a, b).forEach((value, i) => {
      expectClose(value, channels[i]!, FILTER_ORDER);
    });
  });
});

describe('float frames', () => {
  const [a, b] = [readFixtureNpy(`psnr-ssim/${floatCase.ref}`), readFixtureNpy(`psnr-ssim/${floatCase.dis}`)];
  it.each([
    ['psnr_float_skimage_range1', psnr(a, b), EXACT],
    ['psnr_unit_float32_ifrnet', psnr(a, b), SINGLE],
    ['psnr_after_rounding_to_uint8', psnr(quantizeFrame(a, 'double'), quantizeFrame(b, 'double')), EXACT],
    ['ie_mean_abs_ifrnet', interpolationError(a, b, 'mean-absolute'), SINGLE],
    ['ssim_3dwindow_ifrnet_float32', ssim(a, b, 'ifrnet-3d'), SINGLE_SSIM],
    ['ssim_3dwindow_float64', ssim(a, b, 'ifrnet-3d'), SINGLE_WINDOW],
    ['ssim_skimage_float64_range1_mean', ssim(a, b, 'skimage-gaussian'), FILTER_ORDER],
  ] as const)('%s', (key, actual, tolerance) => {
    expectClose(actual, floatCase.values[key]!, tolerance);
  });
});
