/** What is measured of the frames that a network makes, in the order of a table's columns. */
export const testMetrics = [
  'psnr',
  'foregroundPsnr',
  'boundaryPsnr',
  'edgeError',
  'jAndF',
  'jaccard',
  'boundary',
] as const;

/** One of {@link testMetrics}. */
export type TestMetric = (typeof testMetrics)[number];

/**
 * Values of one sequence, or means over sequences; `null` where a metric does not apply.
 * - `psnr`, `foregroundPsnr`, `boundaryPsnr`: dB, over the whole frame, inside the true mask, around its outline.
 * - `edgeError`: relative error of the gradient at the true frame's edges; less is better.
 * - `jaccard`, `boundary`, `jAndF`: J, F (0..1) and their mean of a segmenter's masks on the made frames.
 */
export type TestMetrics = Readonly<Record<TestMetric, number | null>>;

/** The mean of each metric over the items that have a finite value of it. */
export function meanMetrics(items: readonly TestMetrics[]): TestMetrics {
  const entries = testMetrics.map((metric) => {
    const values = items.flatMap((item) => {
      const value = item[metric];
      return value !== null && Number.isFinite(value) ? [value] : [];
    });
    return [metric, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length];
  });
  return Object.fromEntries(entries) as TestMetrics;
}
