/** How to differentiate numerically. */
export interface NumericalGradientOptions {
  /** Half of the difference's width. Default 1e-3, right for float32 functions of values near 1. */
  readonly step?: number;
  /** Elements to differentiate; default all. The others stay 0 in the result. */
  readonly indices?: readonly number[];
}

/**
 * Gradient of the scalar function `f` at `x` by central differences. Compare with an absolute tolerance of about the
 * function's rounding error divided by `step`. `x` is restored.
 */
export async function numericalGradient(
  f: (x: Float32Array) => number | Promise<number>,
  x: Float32Array,
  { step = 1e-3, indices = [...x.keys()] }: NumericalGradientOptions = {},
): Promise<Float64Array> {
  const gradient = new Float64Array(x.length);
  for (const i of indices) {
    const value = x[i]!;
    x[i] = value + step;
    const high = x[i]!;
    const above = await f(x);
    x[i] = value - step;
    const low = x[i]!;
    const below = await f(x);
    x[i] = value;
    // The width that float32 really gave, not 2 * step.
    gradient[i] = (above - below) / (high - low);
  }
  return gradient;
}

/**
 * Fails unless `analytic` is within `tolerance * (1 + max|numerical|)` of the central differences of `f` at `x`.
 * @throws Error naming the worst element.
 */
export async function expectGradient(
  f: (x: Float32Array) => number | Promise<number>,
  x: Float32Array,
  analytic: ArrayLike<number>,
  options: NumericalGradientOptions & { readonly tolerance: number },
): Promise<void> {
  const numerical = await numericalGradient(f, x, options);
  const indices = options.indices ?? [...x.keys()];
  const scale = indices.reduce((largest, i) => Math.max(largest, Math.abs(numerical[i]!)), 1);
  for (const i of indices) {
    const error = Math.abs(analytic[i]! - numerical[i]!);
    if (!(error <= options.tolerance * scale)) {
      throw new Error(
        `Gradient element ${i}: ${analytic[i]}, by differences ${numerical[i]} (allowed ${options.tolerance * scale}).`,
      );
    }
  }
}
