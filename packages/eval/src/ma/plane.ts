/** A picture of one channel or a band of one, [height, width]. */
export interface Plane {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** The plane without `border` rows and columns on each side. */
export function withoutBorder({ data, width, height }: Plane, border: number): Plane {
  const inner = { width: width - 2 * border, height: height - 2 * border };
  const out = new Float64Array(inner.width * inner.height);
  for (let y = 0; y < inner.height; y++) {
    const from = (y + border) * width + border;
    out.set(data.subarray(from, from + inner.width), y * inner.width);
  }
  return { data: out, ...inner };
}

/** Takes the mean away from every value. */
export function withoutMean(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
