/** Eigenvalues, and eigenvectors as the columns of an [n, n] matrix. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;

/**
 * Eigen decomposition of a small symmetric matrix by Jacobi's rotations, to rounding.
 * @param matrix [n, n], C order; only its symmetric part counts.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

/** Sum of squares beside the diagonal, 0 once it no longer shows beside the diagonal. */
function offDiagonal(a: Float64Array, n: number): number {
  let off = 0;
  let diagonal = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const square = a[i * n + j]! ** 2;
      if (i === j) diagonal += square;
      else off += square;
    }
  }
  return off <= diagonal * 1e-34 ? 0 : off;
}

/** Makes the element (p, q) zero. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) mix(a, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) mix(a, p * n + k, q * n + k, c, s);
  for (let k = 0; k < n; k++) mix(vectors, k * n + p, k * n + q, c, s);
}

function mix(a: Float64Array, i: number, j: number, c: number, s: number): void {
  const [x, y] = [a[i]!, a[j]!];
  a[i] = c * x - s * y;
  a[j] = s * x + c * y;
}

/** x^T A^+ x with the pseudo-inverse of a symmetric matrix A; eigenvalues below n * 2^-52 of the largest count as 0. */
export function pseudoInverseForm(matrix: Float64Array, x: Float64Array): number {
  const n = x.length;
  const { values, vectors } = symmetricEigen(matrix, n);
  const limit = n * 2 ** -52 * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let form = 0;
  for (let j = 0; j < n; j++) {
    if (Math.abs(values[j]!) <= limit) continue;
    let projection = 0;
    for (let i = 0; i < n; i++) projection += vectors[i * n + j]! * x[i]!;
    form += (projection * projection) / values[j]!;
  }
  return form;
}
