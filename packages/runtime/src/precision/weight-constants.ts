import type { HostTensor } from '@vosvfi/core';
import type { Constant } from '../graph/graph.js';

/**
 * Whether a constant holds the elements of one of `weights`, in whatever order: passes transpose weights, and graphs hold
 * other constants too (pixel grids, for one) that must not be taken for weights.
 */
export function holdsOneOf(weights: Iterable<HostTensor>): (constant: Constant) => boolean {
  const known = new Set([...weights].filter(({ dtype }) => dtype === 'float32').map(({ data }) => fingerprint(data)));
  return ({ dtype, data }) => dtype === 'float32' && known.has(fingerprint(data));
}

/** The same for the same float32 elements in any order: how many, and the sum and exclusive or of their bits. */
function fingerprint({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const words = new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT);
  let [sum, mixed] = [0n, 0];
  let partial = 0;
  words.forEach((word, index) => {
    mixed ^= word;
    partial += word;
    // Sums of 2^20 words are exact.
    if (index % 2 ** 20 === 2 ** 20 - 1) {
      sum += BigInt(partial);
      partial = 0;
    }
  });
  return `${words.length} ${sum + BigInt(partial)} ${mixed}`;
}
