import type { Mask } from '@vosvfi/core';

/**
 * Boundary pixels of a region as DAVIS draws them: 1 where a pixel differs from its right, lower or lower-right neighbour.
 * The last row and column compare along the edge only; the bottom right corner is never a boundary. So a region that covers the
 * whole picture has no boundary, and a single pixel has four boundary pixels (itself and those left, above and above left).
 * Every label above 0 belongs to the region, except where `ignore` is set.
 */
export function boundaryMap(mask: Mask, ignore?: Mask): Uint8Array {
  const { width, height } = mask;
  const region = mask.data.map((label, i) => (label !== 0 && (ignore === undefined || ignore.data[i] === 0) ? 1 : 0));
  const boundary = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const down = y + 1 < height ? width : 0;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const right = x + 1 < width ? 1 : 0;
      const here = region[i]!;
      boundary[i] = (here ^ region[i + right]!) | (here ^ region[i + down]!) | (here ^ region[i + down + right]!);
    }
  }
  return boundary;
}
