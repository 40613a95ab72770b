import type { Point } from '@vosvfi/report';

/** Metrics of which less is better; of all others, more is. */
const lessIsBetter = /error|loss|lpips|niqe/i;

const titles: Readonly<Record<string, string>> = {
  psnr: 'PSNR, dB',
  foregroundPsnr: 'foreground PSNR, dB',
  jaccard: 'region similarity J',
  boundary: 'boundary measure F',
};

/** What a validation metric is called for a person. */
export function metricTitle(name: string): string {
  return titles[name] ?? name;
}

/** The best point (step, value) of a metric's curve, the first of equal ones; undefined if no value is finite. */
export function bestPoint(name: string, points: readonly Point[]): Point | undefined {
  const sign = lessIsBetter.test(name) ? -1 : 1;
  let best: Point | undefined;
  for (const point of points) {
    if (Number.isFinite(point[1]) && (best === undefined || sign * point[1] > sign * best[1])) best = point;
  }
  return best;
}

/** Four digits that count. */
export function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
