/** `values` reordered: entry i of the result is `values[permutation[i]]`, as ONNX Transpose does with extents. */
export function permute<T>(values: readonly T[], permutation: readonly number[]): T[] {
  return permutation.map((axis) => values[axis] as T);
}

/** The permutation that undoes `permutation`. */
export function invertPermutation(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}

/** True for [0, 1, 2, ...]. */
export function isIdentityPermutation(permutation: readonly number[]): boolean {
  return permutation.every((from, to) => from === to);
}

/** NHWC to NCHW. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;

/** NCHW to NHWC. */
export const TO_CHANNELS_LAST = [0, 2, 3, 1] as const;
