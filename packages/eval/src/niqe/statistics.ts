/** Mean and sample covariance (divided by n - 1) of rows of equal length. */
export interface Moments {
  readonly mean: Float64Array;
  /** [n, n], C order. */
  readonly covariance: Float64Array;
}

/**
 * Mean of every column over the rows where it is a number; covariance over the rows without NaN, 0 for a single one as in
 * pyiqa.
 */
export function momentsOf(rows: readonly Float64Array[]): Moments & { readonly completeRows: number } {
  const size = rows[0]!.length;
  const complete = rows.filter((row) => !row.some(Number.isNaN));
  const centre = columnMeans(complete, size);
  const covariance = new Float64Array(size * size);
  for (const row of complete) {
    for (let i = 0; i < size; i++) {
      const deviation = row[i]! - centre[i]!;
      for (let j = 0; j < size; j++) {
        covariance[i * size + j] = covariance[i * size + j]! + deviation * (row[j]! - centre[j]!);
      }
    }
  }
  return {
    mean: columnMeans(rows, size),
    covariance: covariance.map((sum) => sum / Math.max(1, complete.length - 1)),
    completeRows: complete.length,
  };
}

function columnMeans(rows: readonly Float64Array[], size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, column) => {
    const values = rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
