/** Eigenvalues, and eigenvectors as the columns of an [n, n] matrix. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;

/**
 * Eigen decomposition of a small symmetric matrix by Jacobi's rotations, to rounding.
 * @param matrix [n, n], C order; symmetric.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const axes = new Float64Array(n * n);
  for (let i = 0; i < n; i++) axes[i * n + i] = 1;
  const values = diagonalize(matrix, n, axes, n);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) vectors[i * n + j] = axes[j * n + i]!;
  }
  return { values, vectors };
}

/**
 * x^T A^+ x with the pseudo-inverse of a symmetric matrix A [n, n]; eigenvalues below n * 2^-52 of the largest count as 0.
 */
export function pseudoInverseForm(matrix: Float64Array, x: Float64Array): number {
  const n = x.length;
  const projections = Float64Array.from(x);
  const values = diagonalize(matrix, n, projections, 1);
  const limit = n * 2 ** -52 * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return values.reduce((form, value, i) => (Math.abs(value) <= limit ? form : form + projections[i]! ** 2 / value), 0);
}

/** Eigenvalues; `columns` [n, width] become what they are in the basis of the eigenvectors. */
function diagonalize(matrix: Float64Array, n: number, columns: Float64Array, width: number): Float64Array {
  const a = Float64Array.from(matrix);
  for (let sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a, n); sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] !== 0) rotate(a, n, p, q, columns, width);
      }
    }
  }
  return Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
}

/** Whether what is beside the diagonal no longer shows beside the diagonal. */
function isDiagonal(a: Float64Array, n: number): boolean {
  let off = 0;
  let diagonal = 0;
  for (let i = 0; i < n; i++) {
    diagonal += a[i * n + i]! ** 2;
    for (let j = i + 1; j < n; j++) off += 2 * a[i * n + j]! ** 2;
  }
  return off <= diagonal * 1e-34;
}

/** Makes the element (p, q) zero. Exactly zero: a rest of rounding would keep the sweeps from coming to an end. */
function rotate(a: Float64Array, n: number, p: number, q: number, columns: Float64Array, width: number): void {
  const apq = a[p * n + q]!;
  const app = a[p * n + p]!;
  const aqq = a[q * n + q]!;
  const theta = (aqq - app) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  mixRows(a, p * n, q * n, n, c, s);
  for (let k = 0; k < n; k++) {
    a[k * n + p] = a[p * n + k]!;
    a[k * n + q] = a[q * n + k]!;
  }
  a[p * n + p] = app - t * apq;
  a[q * n + q] = aqq + t * apq;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  mixRows(columns, p * width, q * width, width, c, s);
}

function mixRows(values: Float64Array, first: number, second: number, length: number, c: number, s: number): void {
  for (let k = 0; k < length; k++) {
    const x = values[first + k]!;
    const y = values[second + k]!;
    values[first + k] = c * x - s * y;
    values[second + k] = s * x + c * y;
  }
}
