import type { Plane } from './plane.js';

const LEVELS = 3;
const SIGMA = 0.5;
const side = Math.exp(-1 / (2 * SIGMA * SIGMA));
const [outer, inner] = [side / (1 + 2 * side), 1 / (1 + 2 * side)];

/** The plane and two smaller ones: blurred by a 3x3 Gaussian (zero beyond the edges), then every second sample from the second on. */
export function gaussianPyramid(plane: Plane): readonly Plane[] {
  const levels = [plane];
  for (let i = 1; i < LEVELS; i++) levels.push(halve(levels[i - 1]!));
  return levels;
}

function halve({ data, width, height }: Plane): Plane {
  const half = { width: width >> 1, height: height >> 1 };
  const out = new Float64Array(half.width * half.height);
  const row = new Float64Array(width);
  for (let y = 0; y < half.height; y++) {
    const at = (2 * y + 1) * width;
    const hasNext = 2 * y + 2 < height;
    for (let x = 0; x < width; x++) {
      const next = hasNext ? data[at + width + x]! : 0;
      row[x] = inner * data[at + x]! + outer * (data[at - width + x]! + next);
    }
    for (let x = 0; x < half.width; x++) {
      const next = 2 * x + 2 < width ? row[2 * x + 2]! : 0;
      out[y * half.width + x] = inner * row[2 * x + 1]! + outer * (row[2 * x]! + next);
    }
  }
  return { data: out, ...half };
}
