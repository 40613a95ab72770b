/** [x, y] */
export type Point = readonly [number, number];

/** The mean of each point and up to `window - 1` before it. */
export function runningMean(points: readonly Point[], window: number): Point[] {
  let sum = 0;
  return points.map(([x, y], i) => {
    sum += y;
    if (i >= window) sum -= (points[i - window] as Point)[1];
    return [x, sum / Math.min(i + 1, window)];
  });
}

/**
 * At most about `most` points that draw the same picture: of each stretch the lowest and the highest, in their order, and
 * the first and last of all.
 */
export function thinOut(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const stretches = Math.max(1, Math.floor(most / 2) - 1);
  const inner = points.length - 2;
  const kept: Point[] = [points[0] as Point];
  for (let i = 0; i < stretches; i += 1) {
    const from = 1 + Math.floor((i * inner) / stretches);
    const to = 1 + Math.floor(((i + 1) * inner) / stretches);
    let [lowest, highest] = [from, from];
    for (let j = from; j < to; j += 1) {
      if ((points[j] as Point)[1] < (points[lowest] as Point)[1]) lowest = j;
      if ((points[j] as Point)[1] > (points[highest] as Point)[1]) highest = j;
    }
    for (const j of new Set([lowest, highest].sort((a, b) => a - b))) kept.push(points[j] as Point);
  }
  kept.push(points.at(-1) as Point);
  return kept;
}

/** Smallest and largest of `values`. */
export function extent(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Smallest and largest x and y of points, of which there may be very many. */
export function boundsOf(points: readonly Point[]): { readonly x: [number, number]; readonly y: [number, number] } {
  const x: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const y: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [px, py] of points) {
    if (px < x[0]) x[0] = px;
    if (px > x[1]) x[1] = px;
    if (py < y[0]) y[0] = py;
    if (py > y[1]) y[1] = py;
  }
  return { x, y };
}
