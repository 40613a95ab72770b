import { join } from 'node:path';
import type { Frame, Mask } from '@vosvfi/core';
import { readFrame } from '@vosvfi/data';
import {
  foregroundError,
  foregroundPsnr,
  interpolationError,
  meanSquaredError,
  psnr,
  quantizeFrame,
  ssim,
  ssimPerChannel,
} from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, readNpyFrame, readStoredMask, storedNumber } from '../metric-folder.js';

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      ref: z.string(),
      dis: z.string(),
      mask: z.string().nullable(),
      values: z.record(z.string(), z.union([storedNumber, z.null(), z.array(z.number())])),
    }),
  ),
  float_case: z.object({ ref: z.string(), dis: z.string(), values: z.record(z.string(), storedNumber) }),
});

const EXACT = 1e-12;
/** The reference computes in float32. */
const SINGLE = 1e-6;
const FILTER_ORDER = 1e-10;
/** The reference computes in float64 with a window made in float32. */
const SINGLE_WINDOW = 1e-7;
/** What float32 cancellation moves the printed values of photographs by; {@link ownRounding} says where it is more. */
const SINGLE_SSIM = 5e-4;

/** A frame as the reference takes it: float32 in 0..1. */
function unit(frame: Frame): Frame {
  const { data } = frame;
  return { ...frame, data: data instanceof Float32Array ? data : Float32Array.from(data, (value) => value / 255) };
}

type Metric = (a: Frame, b: Frame, mask: Mask) => number | null;

const METRICS: Readonly<Record<string, readonly [Metric, number]>> = {
  psnr_rgb_uint8_skimage: [(a, b) => psnr(a, b), EXACT],
  // OpenCV adds the machine epsilon to the root of the error.
  psnr_rgb_uint8_opencv: [(a, b) => 20 * Math.log10(255 / (Math.sqrt(meanSquaredError(a, b)) + Number.EPSILON)), EXACT],
  psnr_rgb_uint8_basicsr: [(a, b) => psnr(a, b), EXACT],
  psnr_y_bt601_basicsr: [(a, b) => psnr(a, b, 'y-bt601'), SINGLE],
  psnr_unit_float32_ifrnet: [(a, b) => psnr(unit(a), unit(b)), SINGLE],
  psnr_float_skimage_range1: [(a, b) => psnr(a, b), EXACT],
  psnr_after_rounding_to_uint8: [(a, b) => psnr(quantizeFrame(a, 'double'), quantizeFrame(b, 'double')), EXACT],
  mse_rgb_uint8: [(a, b) => meanSquaredError(a, b), EXACT],
  ie_rms_over_pixels_and_channels: [(a, b) => interpolationError(a, b, 'rms'), EXACT],
  ie_rms_over_pixels_of_colour_vector: [(a, b) => interpolationError(a, b, 'colour-vector'), EXACT],
  ie_mean_abs_ifrnet: [(a, b) => interpolationError(a, b, 'mean-absolute'), SINGLE],
  ie_mean_abs_float64: [(a, b) => interpolationError(a, b, 'mean-absolute'), EXACT],
  ssim_skimage_mean: [(a, b) => ssim(a, b, 'skimage-gaussian'), FILTER_ORDER],
  ssim_skimage_float64_range1_mean: [(a, b) => ssim(a, b, 'skimage-gaussian'), FILTER_ORDER],
  ssim_skimage_gray_uint8: [(a, b) => ssim(a, b, 'matlab-gray'), FILTER_ORDER],
  ssim_matlab_rgb2gray_uint8: [(a, b) => ssim(a, b, 'matlab-gray'), FILTER_ORDER],
  ssim_matlab_y_bt601: [(a, b) => ssim(a, b, 'matlab-y'), SINGLE],
  ssim_matlab_rgb_mean: [(a, b) => ssim(a, b, 'matlab-rgb'), FILTER_ORDER],
  ssim_3dwindow_ifrnet_float32: [(a, b) => ssim(a, b, 'ifrnet-3d'), SINGLE_SSIM],
  ssim_3dwindow_rife_float32: [(a, b) => ssim(a, b, 'ifrnet-3d'), SINGLE_SSIM],
  ssim_3dwindow_float64: [(a, b) => ssim(a, b, 'ifrnet-3d'), SINGLE_WINDOW],
  ssim_2dwindow_replicate_ifrnet_float32: [(a, b) => ssim(a, b, 'ifrnet-2d'), SINGLE_SSIM],
  fg_pixels: [(_a, _b, mask) => mask.data.filter((label) => label !== 0).length, 0],
  fg_mse: [(a, b, mask) => foregroundError(a, b, mask), EXACT],
  fg_psnr: [(a, b, mask) => foregroundPsnr(a, b, mask), EXACT],
  fg_psnr_voxelflow: [(a, b, mask) => foregroundPsnr(a, b, mask), EXACT],
  fg_ie_rms: [(a, b, mask) => Math.sqrt(foregroundError(a, b, mask) ?? Number.NaN), EXACT],
};

/**
 * How far the reference's float32 value is from its own float64 value of the same formula, if a case stores both: up to 5e-3
 * for constant pictures. Ours is compared with the latter at {@link SINGLE_WINDOW}, so it can be that much farther from the
 * former.
 */
function ownRounding(key: string, values: Readonly<Record<string, unknown>>): number {
  const [single, double] = [values[key], values.ssim_3dwindow_float64];
  if (!/^ssim_3dwindow_.*_float32$/.test(key) || typeof single !== 'number' || typeof double !== 'number') return 0;
  return Math.abs(single - double);
}

const NO_MASK: Mask = { data: new Uint8Array(0), width: 0, height: 0 };

function compare(
  name: string,
  key: string,
  expected: number | null,
  frames: [Frame, Frame],
  mask: Mask,
): MetricComparison {
  const metric = METRICS[key];
  if (metric === undefined) throw new Error(`${name}: no metric computes "${key}".`);
  // A value that is undefined (null) shows as not-a-number on both sides.
  const actual = metric[0](...frames, mask) ?? Number.NaN;
  return comparison(`${name} ${key}`, actual, expected ?? Number.NaN, metric[1]);
}

/** PSNR, foreground PSNR, interpolation error and SSIM. */
export const metricCase: MetricCase = {
  ids: ['psnr_ssim'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    for (const { name, ref, dis, mask, values } of expected.cases) {
      const frames: [Frame, Frame] = [await readFrame(join(dir, ref)), await readFrame(join(dir, dis))];
      const foreground = mask === null ? NO_MASK : await readStoredMask(join(dir, mask));
      for (const [key, value] of Object.entries(values)) {
        if (Array.isArray(value)) {
          const actual = ssimPerChannel(...frames);
          value.forEach((v, c) => {
            comparisons.push(comparison(`${name} ${key}[${c}]`, actual[c] ?? Number.NaN, v, FILTER_ORDER));
          });
        } else {
          const compared = compare(name, key, value, frames, foreground);
          const rounding = ownRounding(key, values);
          comparisons.push(rounding > SINGLE_SSIM ? { ...compared, tolerance: rounding + SINGLE_WINDOW } : compared);
        }
      }
    }
    const { ref, dis, values } = expected.float_case;
    const frames: [Frame, Frame] = [await readNpyFrame(join(dir, ref)), await readNpyFrame(join(dir, dis))];
    for (const [key, value] of Object.entries(values)) comparisons.push(compare('float', key, value, frames, NO_MASK));
    return comparisons;
  },
};
