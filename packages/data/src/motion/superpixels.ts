import type { Frame } from '@vosvfi/core';

/** A picture cut into small pieces of similar colour. */
export interface Superpixels {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** [height, width]: piece of each pixel, 0..count-1. */
  readonly labels: Int32Array;
  /** Pixels of each piece. */
  readonly sizes: Float32Array;
  /** [count, 3]: mean colour, 0..255: luma and two differences. */
  readonly colours: Float32Array;
}

/** Luma and colour differences, [height, width, 3], 0..255 around 128. */
export function opponentColours({ data, width, height }: Frame): Float32Array {
  const out = new Float32Array(width * height * 3);
  const scale = data instanceof Uint8Array ? 1 : 255;
  for (let i = 0; i < out.length; i += 3) {
    const [r, g, b] = [scale * data[i]!, scale * data[i + 1]!, scale * data[i + 2]!];
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    out[i] = luma;
    out[i + 1] = 128 + 0.564 * (b - luma);
    out[i + 2] = 128 + 0.713 * (r - luma);
  }
  return out;
}

const ROUNDS = 5;
/** Levels of colour that count as much as the distance of two seeds. */
const COMPACTNESS = 12;

/** Seeds on a grid, moved to the means of their pieces. */
interface Seeds {
  readonly count: number;
  /** [count, 5]: x, y and colour. */
  readonly means: Float32Array;
  readonly step: number;
}

function plantSeeds(colours: Float32Array, width: number, height: number, step: number): Seeds {
  const [columns, rows] = [Math.max(1, Math.round(width / step)), Math.max(1, Math.round(height / step))];
  const means = new Float32Array(columns * rows * 5);
  for (let k = 0; k < columns * rows; k++) {
    const x = Math.floor((((k % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(k / columns) + 0.5) * height) / rows);
    const at = (y * width + x) * 3;
    means.set([x, y, colours[at]!, colours[at + 1]!, colours[at + 2]!], k * 5);
  }
  return { count: columns * rows, means, step };
}

/** Gives each pixel to the nearest seed in place and colour. */
function assign(colours: Float32Array, width: number, height: number, seeds: Seeds, labels: Int32Array): void {
  const nearest = new Float32Array(width * height).fill(Infinity);
  const place = (COMPACTNESS / seeds.step) ** 2;
  for (let k = 0; k < seeds.count; k++) {
    const [x, y, c0, c1, c2] = [0, 1, 2, 3, 4].map((i) => seeds.means[k * 5 + i]!) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const reach = Math.ceil(seeds.step * 1.5);
    const [left, right] = [Math.max(0, Math.round(x) - reach), Math.min(width - 1, Math.round(x) + reach)];
    const [top, bottom] = [Math.max(0, Math.round(y) - reach), Math.min(height - 1, Math.round(y) + reach)];
    for (let py = top; py <= bottom; py++) {
      for (let px = left, i = py * width + left; px <= right; px++, i++) {
        const [d0, d1, d2] = [colours[i * 3]! - c0, colours[i * 3 + 1]! - c1, colours[i * 3 + 2]! - c2];
        const distance = d0 * d0 + 2 * (d1 * d1 + d2 * d2) + place * ((px - x) * (px - x) + (py - y) * (py - y));
        if (distance < nearest[i]!) {
          nearest[i] = distance;
          labels[i] = k;
        }
      }
    }
  }
}

function moveSeeds(colours: Float32Array, width: number, seeds: Seeds, labels: Int32Array): Float32Array {
  const sizes = new Float32Array(seeds.count);
  const sums = new Float64Array(seeds.count * 5);
  for (let i = 0; i < labels.length; i++) {
    const k = labels[i]!;
    sizes[k] = sizes[k]! + 1;
    sums[k * 5] = sums[k * 5]! + (i % width);
    sums[k * 5 + 1] = sums[k * 5 + 1]! + Math.floor(i / width);
    for (let c = 0; c < 3; c++) sums[k * 5 + 2 + c] = sums[k * 5 + 2 + c]! + colours[i * 3 + c]!;
  }
  for (let k = 0; k < seeds.count; k++) {
    if (sizes[k]! > 0) for (let c = 0; c < 5; c++) seeds.means[k * 5 + c] = sums[k * 5 + c]! / sizes[k]!;
  }
  return sizes;
}

/**
 * Cuts a picture into pieces (SLIC: Achanta et al., "SLIC Superpixels Compared to State-of-the-Art Superpixel Methods",
 * PAMI 2012). Pieces may consist of several parts.
 * @param colours [height, width, 3] of {@link opponentColours}.
 * @param step pixels between the seeds of the pieces.
 */
export function cutSuperpixels(colours: Float32Array, width: number, height: number, step: number): Superpixels {
  const seeds = plantSeeds(colours, width, height, step);
  const labels = new Int32Array(width * height);
  let sizes: Float32Array = new Float32Array(seeds.count);
  for (let round = 0; round < ROUNDS; round++) {
    assign(colours, width, height, seeds, labels);
    sizes = moveSeeds(colours, width, seeds, labels);
  }
  const means = new Float32Array(seeds.count * 3);
  for (let k = 0; k < seeds.count; k++) means.set(seeds.means.subarray(k * 5 + 2, k * 5 + 5), k * 3);
  return { count: seeds.count, width, height, labels, sizes, colours: means };
}

/** Means of a plane over each piece. */
export function meansOver({ count, labels, sizes }: Superpixels, plane: Float32Array): Float32Array {
  const means = new Float32Array(count);
  for (let i = 0; i < labels.length; i++) means[labels[i]!] = means[labels[i]!]! + plane[i]!;
  for (let k = 0; k < count; k++) if (sizes[k]! > 0) means[k] = means[k]! / sizes[k]!;
  return means;
}
