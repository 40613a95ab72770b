/** Matrices of the minimal filtering algorithm, row by row: y = A^T ((G g) * (B^T d)) for a filter g and a signal d. */
export interface FilteringMatrices {
  /** G, [n, taps]. */
  readonly filter: readonly (readonly number[])[];
  /** B^T, [n, n]. */
  readonly input: readonly (readonly number[])[];
  /** A^T, [outputs, n]. */
  readonly output: readonly (readonly number[])[];
}

/**
 * The Toom-Cook algorithm for `outputs` neighbouring values of a correlation with `taps` taps by n = outputs + taps - 1
 * products: polynomials are evaluated at n - 1 points and at infinity, multiplied there and interpolated (Winograd,
 * "Arithmetic complexity of computations", 1980; Lavin and Gray, "Fast algorithms for convolutional neural networks",
 * CVPR 2016), transposed.
 *
 * @param points n - 1 different numbers; small ones of like size round least.
 */
export function filteringMatrices(outputs: number, taps: number, points: readonly number[]): FilteringMatrices {
  const others = (index: number) => points.filter((_, other) => other !== index);
  const scales = points.map((point, index) => others(index).reduce((product, other) => product * (point - other), 1));
  const powers = (base: number, count: number) => Array.from({ length: count }, (_, power) => base ** power);
  return {
    filter: [
      ...points.map((point, index) => powers(point, taps).map((power) => power / (scales[index] as number))),
      lastOf(taps),
    ],
    input: [...points.map((_, index) => [...polynomial(others(index)), 0]), polynomial(points)],
    output: Array.from({ length: outputs }, (_, power) => [
      ...points.map((point) => point ** power),
      power === outputs - 1 ? 1 : 0,
    ]),
  };
}

function lastOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? 1 : 0));
}

/** Coefficients of the monic polynomial with these roots, lowest power first. */
function polynomial(roots: readonly number[]): number[] {
  return roots.reduce<number[]>(
    (coefficients, root) =>
      Array.from(
        { length: coefficients.length + 1 },
        (_, power) => (coefficients[power - 1] ?? 0) - root * (coefficients[power] ?? 0),
      ),
    [1],
  );
}
