import type { HostTensor } from '@vosvfi/core';
import { crop } from './layout.js';

/**
 * ||actual - expected|| / ||expected|| in double precision; the norm of `actual` where `expected` is all zero, NaN if any
 * counted element is NaN on one side only.
 * @param keep elements with 0 are left out; null counts all.
 */
export function relativeL2(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  keep: ArrayLike<number> | null = null,
): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`relativeL2: ${actual.length} elements against ${expected.length}.`);
  }
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    if (keep !== null && keep[i] === 0) continue;
    const [a, e] = [actual[i]!, expected[i]!];
    // Equal infinities and two NaN agree.
    if (Object.is(a, e)) {
      if (Number.isFinite(e)) norm += e * e;
      continue;
    }
    difference += (a - e) ** 2;
    norm += e * e;
  }
  return Math.sqrt(norm === 0 ? difference : difference / norm);
}

/**
 * {@link relativeL2} of `actual` to a stored tensor of the same layout, which may hold only the first elements of each axis.
 * A number may be stored as [1] and computed as [].
 */
export function relativeL2ToStored(actual: HostTensor, stored: HostTensor): number {
  if (actual.data.length === 1) return relativeL2(actual.data, stored.data);
  const part = crop(
    actual,
    stored.shape.map((extent) => [0, extent]),
  );
  return relativeL2(part.data, stored.data);
}
