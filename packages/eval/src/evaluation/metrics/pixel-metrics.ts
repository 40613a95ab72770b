import { z } from 'zod';
import { boundaryPsnr } from '../../metrics/boundary-psnr.js';
import { censusDistance } from '../../metrics/census-distance.js';
import { edgeError } from '../../metrics/edge-error.js';
import { type ForegroundPsnrMode, foregroundPsnr } from '../../metrics/foreground-psnr.js';
import { type InterpolationErrorDefinition, interpolationError } from '../../metrics/interpolation-error.js';
import { maskedInterpolationError, maskedPsnr } from '../../metrics/masked-psnr.js';
import { maskedSsim } from '../../metrics/masked-ssim.js';
import { normalizedInterpolationError } from '../../metrics/normalized-interpolation-error.js';
import { type PsnrVariant, psnr } from '../../metrics/psnr.js';
import { quantizeFrame } from '../../metrics/samples.js';
import { defineMetric, frameMeasure, maskedMeasure, pureMetric } from './define-metric.js';
import type { MetricEntry } from './metric.js';

function psnrMetric(name: string, title: string, variant: PsnrVariant): MetricEntry {
  return pureMetric({ name, title, unit: 'dB', isHigherBetter: true, digits: 2 }, ({ truth, prediction }) =>
    psnr(truth, prediction, variant),
  );
}

function foregroundMetric(name: string, title: string, mode: ForegroundPsnrMode): MetricEntry {
  return defineMetric({
    ...{ name, title, unit: 'dB', isHigherBetter: true, digits: 2, needs: ['mask'], isPure: true },
    options: z.strictObject({}),
    create: () =>
      maskedMeasure(({ truth, prediction, mask }) =>
        mode === 'released'
          ? foregroundPsnr(quantizeFrame(truth), quantizeFrame(prediction), mask, mode)
          : foregroundPsnr(truth, prediction, mask, mode),
      ),
  });
}

function motionMaskMetric(
  facts: Pick<MetricEntry, 'name' | 'title' | 'isHigherBetter' | 'digits'> & { readonly unit?: string },
  measure: typeof maskedPsnr,
): MetricEntry {
  return defineMetric({
    ...{ ...facts, needs: ['mask'], isPure: true },
    options: z.strictObject({}),
    create: () => maskedMeasure(({ truth, prediction, mask }) => measure(truth, prediction, mask)),
  });
}

function errorMetric(name: string, title: string, definition: InterpolationErrorDefinition): MetricEntry {
  return pureMetric({ name, title, isHigherBetter: false, digits: 2 }, ({ truth, prediction }) =>
    interpolationError(truth, prediction, definition),
  );
}

const census = (name: string, title: string, variant: 'soft' | 'hamming'): MetricEntry =>
  defineMetric({
    ...{ name, title, isHigherBetter: false, digits: 4, isPure: true },
    options: z.strictObject({ radius: z.int().min(1).default(3) }),
    create: ({ radius }) =>
      frameMeasure(({ truth, prediction }) => censusDistance(truth, prediction, { variant, radius })),
  });

/** Metrics that compare pixels, of the whole picture or of a part. */
export const pixelMetrics: readonly MetricEntry[] = [
  psnrMetric('psnr', 'PSNR', 'rgb'),
  psnrMetric('psnr-y', 'PSNR of luma (BT.601)', 'y-bt601'),
  psnrMetric('psnr-y-full', 'PSNR of luma (full range)', 'y-full'),
  foregroundMetric('foreground-psnr', 'Foreground PSNR', 'correct'),
  foregroundMetric('foreground-psnr-by-pixels', 'Foreground PSNR, divided by pixels', 'divide-by-pixels'),
  foregroundMetric('foreground-psnr-released', 'Foreground PSNR, released script', 'released'),
  defineMetric({
    ...{ name: 'boundary-psnr', title: 'Boundary PSNR', unit: 'dB', isHigherBetter: true, digits: 2 },
    ...{ needs: ['mask'], isPure: true },
    options: z.strictObject({ radius: z.int().min(0).default(3) }),
    create: ({ radius }) =>
      maskedMeasure(({ truth, prediction, mask }) => boundaryPsnr(truth, prediction, mask, radius)),
  }),
  motionMaskMetric(
    { name: 'masked-psnr', title: 'PSNR in motion masks', unit: 'dB', isHigherBetter: true, digits: 2 },
    maskedPsnr,
  ),
  motionMaskMetric({ name: 'masked-ssim', title: 'SSIM in motion masks', isHigherBetter: true, digits: 4 }, maskedSsim),
  motionMaskMetric(
    { name: 'masked-ie-rms', title: 'Interpolation error in motion masks (RMS)', isHigherBetter: false, digits: 2 },
    maskedInterpolationError,
  ),
  errorMetric('ie-rms', 'Interpolation error (RMS)', 'rms'),
  errorMetric('ie-vector', 'Interpolation error (colour vectors)', 'colour-vector'),
  errorMetric('ie-mae', 'Interpolation error (mean absolute)', 'mean-absolute'),
  defineMetric({
    ...{ name: 'nie', title: 'Normalized interpolation error', isHigherBetter: false, digits: 3, isPure: true },
    options: z.strictObject({ epsilon: z.number().positive().default(1) }),
    create: ({ epsilon }) =>
      frameMeasure(({ truth, prediction }) => normalizedInterpolationError(truth, prediction, epsilon)),
  }),
  defineMetric({
    ...{ name: 'edge-error', title: 'Edge error', isHigherBetter: false, digits: 4, isPure: true },
    options: z.strictObject({ share: z.number().gt(0).max(1).default(0.1) }),
    create: ({ share }) => frameMeasure(({ truth, prediction }) => edgeError(truth, prediction, { share })),
  }),
  census('census', 'Census distance', 'soft'),
  census('census-hamming', 'Census distance (Hamming)', 'hamming'),
];
