/**
 * Motion between two small grey pictures by hierarchical block matching: blocks of 16 x 16 pixels are searched over 4
 * pixels each way on the coarsest level of a pyramid and followed to the finest, where vectors get fractions of a pixel.
 * On a picture of 256 x 144 that reaches 32 pixels. Blocks without texture, and those that match no better elsewhere, rest.
 */

/** A grey picture. */
export interface GreyPicture {
  /** [height, width], 0..255. */
  readonly luma: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A picture and its halves, the finest first. */
export type Pyramid = readonly GreyPicture[];

/** A vector for each block of 16 x 16 pixels. */
export interface MotionField {
  readonly columns: number;
  readonly rows: number;
  /** [rows, columns] each: shift from the first picture to the second, pixels. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** [rows, columns]: mean difference along the vector, and in place, levels of 255. */
  readonly residual: Float32Array;
  readonly difference: Float32Array;
}

const BLOCK = 16;
const COARSE_REACH = 4;
const LEVELS = 4;
/** Levels of grey by which a vector has to match better than rest does, for each pixel of the block. */
const REST_BIAS = 0.3;
/** The same, as a share of what rest leaves. */
const REST_SHARE = 0.1;
/** Levels of grey that a pixel of length costs, against far matches in flat blocks. */
const LENGTH_COST = 0.05;

function halve({ luma, width, height }: GreyPicture): GreyPicture {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = (luma[at]! + luma[at + 1]! + luma[at + width]! + luma[at + width + 1]!) / 4;
    }
  }
  return { luma: half, width: w, height: h };
}

/** Halves a picture up to three times, as long as a block fits. */
export function createPyramid(picture: GreyPicture): Pyramid {
  const pyramid = [picture];
  for (let k = 1; k < LEVELS; k++) {
    const last = pyramid.at(-1)!;
    if (Math.min(last.width, last.height) < BLOCK) break;
    pyramid.push(halve(last));
  }
  return pyramid;
}

/** A block of one level and the two pictures it is searched in. */
interface Search {
  readonly from: GreyPicture;
  readonly to: GreyPicture;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Mean difference of the block moved by (dx, dy); infinite where it leaves the picture, or once it is above `limit`. */
function cost({ from, to, left, top, width, height }: Search, dx: number, dy: number, limit = Infinity): number {
  const [x, y] = [left + dx, top + dy];
  if (x < 0 || y < 0 || x + width > to.width || y + height > to.height) return Infinity;
  const most = limit * width * height;
  let sum = 0;
  for (let row = 0; row < height; row++) {
    let a = (top + row) * from.width + left;
    let b = (y + row) * to.width + x;
    for (const end = a + width; a < end; a++, b++) {
      const difference = from.luma[a]! - to.luma[b]!;
      sum += difference < 0 ? -difference : difference;
    }
    if (sum > most) return Infinity;
  }
  return sum / (width * height);
}

/** The best vector so far. */
interface Best {
  x: number;
  y: number;
  cost: number;
}

function attempt(search: Search, best: Best, x: number, y: number): boolean {
  const length = LENGTH_COST * (Math.abs(x) + Math.abs(y));
  const found = cost(search, x, y, best.cost - length) + length;
  if (!(found < best.cost)) return false;
  Object.assign(best, { x, y, cost: found });
  return true;
}

/** Steps to better neighbours, at most `steps` times. */
function descend(search: Search, best: Best, steps: number): void {
  for (let k = 0; k < steps; k++) {
    const { x, y } = best;
    let moved = false;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (dx !== 0 || dy !== 0) moved = attempt(search, best, x + dx, y + dy) || moved;
      }
    }
    if (!moved) return;
  }
}

/** Where between -0.5 and 0.5 a parabola through three costs is least; 0 where the costs are nearly equal. */
function vertex(before: number, here: number, after: number): number {
  const bend = before + after - 2 * here;
  if (!Number.isFinite(bend) || bend < 1) return 0;
  return Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}

function searchOf(from: GreyPicture, to: GreyPicture, column: number, row: number, level: number): Search {
  // Coarse blocks show twice as much around, which small ones would need to be found again.
  const side = level === 0 ? BLOCK : BLOCK / 2;
  const [width, height] = [Math.min(side, from.width), Math.min(side, from.height)];
  const centre = (index: number) => ((index + 0.5) * BLOCK) / 2 ** level;
  const place = (middle: number, size: number, whole: number) =>
    Math.max(0, Math.min(whole - size, Math.round(middle - size / 2)));
  const left = place(centre(column), width, from.width);
  return { from, to, left, top: place(centre(row), height, from.height), width, height };
}

/** Vectors of one level, in its pixels. */
interface Vectors {
  readonly x: Int16Array;
  readonly y: Int16Array;
}

const neighbours = [
  [0, 0],
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

function searchLevel(search: Search, column: number, row: number, grid: Grid, coarser: Vectors | undefined): Best {
  const best: Best = { x: 0, y: 0, cost: cost(search, 0, 0) };
  if (!coarser) {
    for (let y = -COARSE_REACH; y <= COARSE_REACH; y++) {
      for (let x = -COARSE_REACH; x <= COARSE_REACH; x++) attempt(search, best, x, y);
    }
    return best;
  }
  for (const [dx, dy] of neighbours) {
    const [c, r] = [column + dx, row + dy];
    if (c < 0 || r < 0 || c >= grid.columns || r >= grid.rows) continue;
    const at = r * grid.columns + c;
    attempt(search, best, 2 * coarser.x[at]!, 2 * coarser.y[at]!);
  }
  descend(search, best, 2);
  return best;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

function finish(search: Search, best: Best, field: MotionField, at: number): void {
  const rest = cost(search, 0, 0);
  const here = cost(search, best.x, best.y);
  field.difference[at] = rest;
  const moves = (best.x !== 0 || best.y !== 0) && here < rest * (1 - REST_SHARE) - REST_BIAS;
  const [x, y, left] = moves ? [best.x, best.y, here] : [0, 0, rest];
  field.residual[at] = left;
  field.x[at] = x + vertex(cost(search, x - 1, y), left, cost(search, x + 1, y));
  field.y[at] = y + vertex(cost(search, x, y - 1), left, cost(search, x, y + 1));
}

/** Motion from the first picture to the second, which has the same size. */
export function estimateMotion(from: Pyramid, to: Pyramid): MotionField {
  const { width, height } = from[0]!;
  const grid = { columns: Math.max(1, Math.floor(width / BLOCK)), rows: Math.max(1, Math.floor(height / BLOCK)) };
  const size = grid.columns * grid.rows;
  const plane = () => new Float32Array(size);
  const field: MotionField = { ...grid, x: plane(), y: plane(), residual: plane(), difference: plane() };
  let coarser: Vectors | undefined;
  for (let level = from.length - 1; level >= 0; level--) {
    const vectors: Vectors = { x: new Int16Array(size), y: new Int16Array(size) };
    for (let at = 0; at < size; at++) {
      const [column, row] = [at % grid.columns, Math.floor(at / grid.columns)];
      const search = searchOf(from[level]!, to[level]!, column, row, level);
      const best = searchLevel(search, column, row, grid, coarser);
      vectors.x[at] = best.x;
      vectors.y[at] = best.y;
      if (level === 0) finish(search, best, field, at);
    }
    coarser = vectors;
  }
  return field;
}
