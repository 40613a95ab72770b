/**
 * Solves a symmetric positive definite system of equations in place by Cholesky's method.
 * @param matrix [n, n], rows one after the other; its lower half is replaced.
 * @param right [n]; replaced by the solution.
 * @returns false if the matrix is not positive definite.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): boolean {
  const n = right.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      if (i > j) matrix[i * n + j] = sum / matrix[j * n + j]!;
      else if (!(sum > 1e-12)) return false;
      else matrix[j * n + j] = Math.sqrt(sum);
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= matrix[i * n + k]! * right[k]!;
    right[i] = sum / matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i]!;
    for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i]! * right[k]!;
    right[i] = sum / matrix[i * n + i]!;
  }
  return true;
}
