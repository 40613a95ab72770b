/** 1, 2 or 5 times a power of ten: about `count` steps over `span`. */
function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

/** Round values from `low` to `high`, about `count` of them; just `low` if the two are equal. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (low === high) return [low];
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Round values for a logarithmic axis (`low` above 0): as many of 1, 2 and 5 times powers of ten as fit. */
export function logarithmicTicks(low: number, high: number): number[] {
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = multiplesOfPowers(low, high, factors, 1);
    if (ticks.length < 2) return linearTicks(low, high, 6);
    if (ticks.length <= 7) return ticks;
  }
  const decades = Math.log10(high / low);
  return multiplesOfPowers(low, high, [1], Math.ceil(decades / 6));
}

function multiplesOfPowers(low: number, high: number, factors: readonly number[], every: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** Numbers beside an axis: as many digits as tell them apart, powers of ten where zeros would be many. */
export function tickLabels(values: readonly number[]): string[] {
  for (let digits = 3; digits < 9; digits += 1) {
    const labels = values.map((value) => tickLabel(value, digits));
    if (new Set(labels).size === values.length) return labels;
  }
  return values.map(String);
}

function tickLabel(value: number, digits: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  return size > 0 && (size < 1e-3 || size >= 1e6) ? rounded.toExponential().replace('e+', 'e') : String(rounded);
}
