import { type HostTensor, sizeOf } from '@vosvfi/core';

/**
 * What differs first, or undefined. Integers and booleans must be equal; floats may differ by 1e-5 of their size, or by
 * 2e-6 of the largest in the tensor.
 */
export function differenceOf(found: HostTensor | undefined, expected: HostTensor): string | undefined {
  if (found === undefined) return 'there is no such result';
  const describe = ({ dtype, shape }: HostTensor) => `${dtype} [${shape.join(', ')}]`;
  if (describe(found) !== describe(expected) || found.data.length !== sizeOf(found.shape)) {
    return `expected ${describe(expected)}, found ${describe(found)} with ${found.data.length} elements`;
  }
  const sizes = Array.from(expected.data, Math.abs).filter(Number.isFinite);
  const scale = sizes.reduce((a, b) => Math.max(a, b), 0);
  const equal = (value: number, wanted: number) =>
    value === wanted ||
    (Number.isNaN(value) && Number.isNaN(wanted)) ||
    (expected.dtype === 'float32' &&
      Number.isFinite(wanted) &&
      Math.abs(value - wanted) <= 1e-5 * Math.abs(wanted) + 2e-6 * scale);
  const at = expected.data.findIndex((wanted, i) => !equal(found.data[i] as number, wanted));
  return at < 0 ? undefined : `element ${at} is ${found.data[at]}, expected ${expected.data[at]}`;
}
