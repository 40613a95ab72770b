import type { Plane } from './plane.js';

/** Square blocks of a plane: how large, how far apart, and how many rows or columns of zeros lie before the first. */
export interface BlockGrid {
  readonly size: number;
  readonly stride: number;
}

/**
 * Calls `take` with every block, row by row; their count along an axis is the extent over the stride, rounded up. Zeros lie
 * beyond the plane, as many before it as after it (one more after it if they are odd). The array is reused.
 */
export function forEachBlock(
  plane: Plane,
  grid: BlockGrid,
  take: (block: Float64Array) => void,
  isCentred: boolean,
): void {
  const { data, width, height } = plane;
  const { size, stride } = grid;
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const before = (count: number, extent: number): number =>
    isCentred ? Math.floor(((count - 1) * stride + size - extent) / 2) : 0;
  const [top, left] = [before(rows, height), before(columns, width)];
  const block = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      block.fill(0);
      for (let i = 0; i < size; i++) {
        const y = row * stride + i - top;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < size; j++) {
          const x = column * stride + j - left;
          if (x >= 0 && x < width) block[i * size + j] = data[y * width + x]!;
        }
      }
      take(block);
    }
  }
}
