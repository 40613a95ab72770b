import type { Frame } from '@vosvfi/core';

/** Longer side of the pictures on which sources are judged, pixels. */
const REDUCED_SIDE = 256;

/** A small version of a frame. */
export interface ReducedFrame {
  /** 8-bit RGB. */
  readonly frame: Frame;
  /** [height, width], 0..255, BT.601 weights, not rounded. */
  readonly luma: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Which cell of the small picture each pixel of a row or column falls into. */
function cellsOf(length: number, cells: number): { readonly cell: Uint16Array; readonly counts: Uint32Array } {
  const cell = Uint16Array.from({ length }, (_, i) => Math.floor((i * cells) / length));
  const counts = new Uint32Array(cells);
  for (const index of cell) counts[index]!++;
  return { cell, counts };
}

/** Size with the longer side at most `side`. */
function reducedSize(width: number, height: number, side: number) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { columns: Math.max(1, Math.round(width * scale)), rows: Math.max(1, Math.round(height * scale)) };
}

/**
 * Makes small versions of frames of one size by averaging cells of pixels. Frames are 8-bit; none is enlarged.
 * @param side most pixels of the longer side.
 */
export function createReducer(width: number, height: number, side: number = REDUCED_SIDE) {
  const { columns, rows } = reducedSize(width, height, side);
  const across = cellsOf(width, columns);
  const down = cellsOf(height, rows);
  const offsets = Uint32Array.from(across.cell, (cell) => cell * 3);
  const sums = new Float64Array(columns * 3);
  return (source: Frame): ReducedFrame => {
    const { data } = source;
    const small = new Uint8Array(columns * rows * 3);
    const luma = new Float32Array(columns * rows);
    for (let y = 0; y < height; y++) {
      const row = down.cell[y]!;
      for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
        const cell = offsets[x]!;
        sums[cell] = sums[cell]! + data[at]!;
        sums[cell + 1] = sums[cell + 1]! + data[at + 1]!;
        sums[cell + 2] = sums[cell + 2]! + data[at + 2]!;
      }
      if (y + 1 < height && down.cell[y + 1] === row) continue;
      for (let x = 0; x < columns; x++) {
        const share = 1 / (across.counts[x]! * down.counts[row]!);
        const [r, g, b] = [sums[x * 3]! * share, sums[x * 3 + 1]! * share, sums[x * 3 + 2]! * share];
        const at = row * columns + x;
        small[at * 3] = Math.round(r);
        small[at * 3 + 1] = Math.round(g);
        small[at * 3 + 2] = Math.round(b);
        luma[at] = 0.299 * r + 0.587 * g + 0.114 * b;
      }
      sums.fill(0);
    }
    return { frame: { data: small, width: columns, height: rows }, luma, width: columns, height: rows };
  };
}
