/** Beginning of the keys of a kernel estimator. */
export const estimatorPrefix = 'get_kernel';

/** Key of a block of the encoder (`Conv`) or decoder (`Deconv`, `Upsample`). */
export function moduleKey(kind: 'Conv' | 'Deconv' | 'Upsample', level: number): string {
  return `${estimatorPrefix}.module${kind}${level}`;
}

/** Key of a head: `weight1` is `get_kernel.moduleWeight1`. */
export function headKey(name: string): string {
  return `${estimatorPrefix}.module${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
