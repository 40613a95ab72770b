import type { Frame } from '@vosvfi/core';

/** Cells of the grid on the longer side. */
const GRID = 32;
/** Levels of each colour channel in the histogram. */
const LEVELS = 6;

/** A small description of a picture. */
export interface FrameSignature {
  /** Mean RGB of each cell, 0..1. */
  readonly cells: Float32Array;
  /** Share of the cells in each colour class. */
  readonly histogram: Float32Array;
}

/** Describes a frame by the mean colours of a grid and their histogram. */
export function describeFrame({ data, width, height }: Frame): FrameSignature {
  const pitch = Math.max(1, Math.max(width, height) / GRID);
  const columns = Math.max(1, Math.round(width / pitch));
  const rows = Math.max(1, Math.round(height / pitch));
  const cells = new Float32Array(columns * rows * 3);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor((x * columns) / width);
      const at = (y * width + x) * 3;
      cells[cell * 3]! += data[at]!;
      cells[cell * 3 + 1]! += data[at + 1]!;
      cells[cell * 3 + 2]! += data[at + 2]!;
      counts[cell]!++;
    }
  }
  const peak = data instanceof Uint8Array ? 255 : 1;
  const histogram = new Float32Array(LEVELS ** 3);
  counts.forEach((count, cell) => {
    let colourClass = 0;
    for (let k = 0; k < 3; k++) {
      const value = cells[cell * 3 + k]! / (count * peak);
      cells[cell * 3 + k] = value;
      colourClass = colourClass * LEVELS + Math.min(LEVELS - 1, Math.max(0, Math.floor(value * LEVELS)));
    }
    histogram[colourClass]! += 1 / counts.length;
  });
  return { cells, histogram };
}

/**
 * How different two pictures are, 0..1: the geometric mean of what differs in place and what differs in kind. Motion
 * changes the first, light the second; a cut changes both.
 */
export function frameDifference(first: FrameSignature, second: FrameSignature): number {
  let inPlace = 0;
  for (let i = 0; i < first.cells.length; i++) inPlace += Math.abs(first.cells[i]! - second.cells[i]!);
  let inKind = 0;
  for (let i = 0; i < first.histogram.length; i++) inKind += Math.abs(first.histogram[i]! - second.histogram[i]!);
  // A mean difference of a third is about what two unrelated pictures have.
  const place = Math.min(1, (3 * inPlace) / first.cells.length);
  return Math.sqrt(place * (inKind / 2));
}

/**
 * Least {@link frameDifference} of a cut. In 1,654 pairs of neighbouring frames of 15 clips, fast ones among them and also
 * at half the rate, the largest was 0.27; in 420 pairs of frames from different clips the smallest was 0.39.
 */
export const defaultCutThreshold = 0.33;
