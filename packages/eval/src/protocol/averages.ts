import { mean } from '../davis/statistics.js';

/** What is measured of one predicted frame. */
export interface FrameMetrics {
  /** dB; `Infinity` for a frame that is equal to the true one. */
  readonly psnr: number;
  /** dB inside the mask, `correct` mode; null without a mask or with an empty one. */
  readonly foregroundPsnr: number | null;
  readonly ssim: number;
  /** RMS over pixels and channels, in 8-bit code values. */
  readonly interpolationError: number;
}

/** Means of {@link FrameMetrics}; null where no frame has a finite value. */
export type MeanMetrics = { readonly [Metric in keyof FrameMetrics]: number | null };

const METRICS = ['psnr', 'foregroundPsnr', 'ssim', 'interpolationError'] as const;

/** Means over frames. Undefined (null) and infinite values are left out. */
export function meanOfFrames(frames: readonly FrameMetrics[]): MeanMetrics {
  return meanOf(frames);
}

/** Means over sequences of the sequences' means. */
export function meanOfSequences(sequences: readonly MeanMetrics[]): MeanMetrics {
  return meanOf(sequences);
}

function meanOf(items: readonly MeanMetrics[]): MeanMetrics {
  const means = METRICS.map((metric): [keyof FrameMetrics, number | null] => {
    const values = items.map((item) => item[metric]).filter((value) => value !== null && Number.isFinite(value));
    return [metric, values.length === 0 ? null : mean(values as number[])];
  });
  return Object.fromEntries(means) as Record<keyof FrameMetrics, number | null>;
}
