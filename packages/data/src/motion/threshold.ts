const BINS = 128;

/**
 * The value that parts the values into two groups whose means differ most (Otsu, "A threshold selection method from
 * gray-level histograms", 1979); the largest half percent is left out of account.
 */
export function otsuThreshold(values: Float32Array): number {
  const sorted = Float32Array.from(values).sort();
  const low = sorted[0]!;
  const high = sorted[Math.floor(sorted.length * 0.995)]!;
  if (!(high > low)) return high;
  const histogram = new Float64Array(BINS);
  let [total, mass] = [0, 0];
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS)));
    histogram[bin] = histogram[bin]! + 1;
    total++;
    mass += bin;
  }
  let [best, at, count, sum] = [-1, 0, 0, 0];
  for (let bin = 0; bin < BINS - 1; bin++) {
    count += histogram[bin]!;
    sum += histogram[bin]! * bin;
    if (count === 0 || count === total) continue;
    const distance = sum / count - (mass - sum) / (total - count);
    const between = count * (total - count) * distance * distance;
    if (between > best) {
      best = between;
      at = bin;
    }
  }
  return low + ((at + 1) / BINS) * (high - low);
}
