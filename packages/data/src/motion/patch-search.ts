import { createPlane, gradients, type Plane, padded } from './grey.js';

/** Flow in two planes, pixels: where a pixel of the first picture is in the second. */
export interface PlaneFlow {
  readonly u: Plane;
  readonly v: Plane;
}

const PATCH = 8;
const STRIDE = 4;
const PAD = 16;
const STEPS = 10;
/** Longest way of a patch from where it starts, pixels of the level; farther, the start was better. */
const REACH = 8;
/** Keeps patches without texture where they start. */
const DAMPING = 40;

/** The patch being matched. */
interface Patch {
  readonly left: number;
  readonly top: number;
  /** Gradients of the patch and its sums. */
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
  readonly mean: number;
}

/** Two pictures of one level, padded, and the gradients of the first. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly from: Plane;
  readonly to: Plane;
  readonly gx: Float32Array;
  readonly gy: Float32Array;
}

function patchOf({ from, gx, gy }: Level, left: number, top: number): Patch {
  let [xx, xy, yy, sum] = [DAMPING, 0, DAMPING, 0];
  for (let y = 0; y < PATCH; y++) {
    let i = (top + y + PAD) * from.width + left + PAD;
    for (const end = i + PATCH; i < end; i++) {
      xx += gx[i]! * gx[i]!;
      xy += gx[i]! * gy[i]!;
      yy += gy[i]! * gy[i]!;
      sum += from.data[i]!;
    }
  }
  return { left, top, xx, xy, yy, mean: sum / (PATCH * PATCH) };
}

/** Difference of a patch and its place in the other picture, both without their means, and its slope. */
interface Match {
  cost: number;
  bx: number;
  by: number;
}

const differences = new Float32Array(PATCH * PATCH);

/** Compares a patch with where (u, v) leads; `match.cost` is infinite beyond the padding. */
function compare(level: Level, patch: Patch, u: number, v: number, match: Match): void {
  const { from, to, gx, gy, width, height } = level;
  const [x, y] = [patch.left + u, patch.top + v];
  match.cost = Infinity;
  if (!(x > -PAD && y > -PAD && x < width + PAD - PATCH - 1 && y < height + PAD - PATCH - 1)) return;
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const [a, b, c, d] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  let sum = 0;
  for (let row = 0, k = 0; row < PATCH; row++) {
    let i = (patch.top + row + PAD) * from.width + patch.left + PAD;
    let j = (y0 + row + PAD) * to.width + x0 + PAD;
    for (let column = 0; column < PATCH; column++, i++, j++, k++) {
      const value = a * to.data[j]! + b * to.data[j + 1]! + c * to.data[j + to.width]! + d * to.data[j + to.width + 1]!;
      differences[k] = value - from.data[i]!;
      sum += differences[k]!;
    }
  }
  // Without the means: light that changes does not count.
  const shift = sum / (PATCH * PATCH);
  let [cost, bx, by] = [0, 0, 0];
  for (let row = 0, k = 0; row < PATCH; row++) {
    let i = (patch.top + row + PAD) * from.width + patch.left + PAD;
    for (let column = 0; column < PATCH; column++, i++, k++) {
      const difference = differences[k]! - shift;
      cost += difference * difference;
      bx += difference * gx[i]!;
      by += difference * gy[i]!;
    }
  }
  match.cost = cost;
  match.bx = bx;
  match.by = by;
}

/** Vectors and costs of the patches of a level. */
interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly cost: Float32Array;
}

const match: Match = { cost: 0, bx: 0, by: 0 };

/** Descends from the patch's vector; keeps the best place on the way. */
function descend(level: Level, patch: Patch, grid: Grid, at: number): void {
  const { xx, xy, yy } = patch;
  const determinant = xx * yy - xy * xy;
  const [u0, v0] = [grid.u[at]!, grid.v[at]!];
  let [u, v] = [u0, v0];
  for (let step = 0; step < STEPS; step++) {
    compare(level, patch, u, v, match);
    if (!(match.cost < grid.cost[at]!) && step > 0) return;
    grid.cost[at] = match.cost;
    grid.u[at] = u;
    grid.v[at] = v;
    if (match.cost === Infinity) return;
    const du = (yy * match.bx - xy * match.by) / determinant;
    const dv = (xx * match.by - xy * match.bx) / determinant;
    u -= du;
    v -= dv;
    if (Math.abs(du) + Math.abs(dv) < 0.02 || Math.hypot(u - u0, v - v0) > REACH) return;
  }
}

/** Takes a neighbour's vector over if the patch matches better there. */
function adopt(level: Level, patch: Patch, grid: Grid, at: number, neighbour: number): boolean {
  compare(level, patch, grid.u[neighbour]!, grid.v[neighbour]!, match);
  if (!(match.cost < grid.cost[at]! * 0.98)) return false;
  grid.cost[at] = match.cost;
  grid.u[at] = grid.u[neighbour]!;
  grid.v[at] = grid.v[neighbour]!;
  return true;
}

const starts = (length: number) => {
  const last = Math.max(0, length - PATCH);
  const count = Math.ceil(last / STRIDE) + 1;
  return Array.from({ length: count }, (_, k) => Math.min(last, k * STRIDE));
};

function searchGrid(level: Level, start: PlaneFlow, lefts: readonly number[], tops: readonly number[]): Grid {
  const [columns, rows] = [lefts.length, tops.length];
  const plane = () => new Float32Array(columns * rows);
  const grid: Grid = { columns, rows, u: plane(), v: plane(), cost: plane().fill(Infinity) };
  const patches = tops.flatMap((top) => lefts.map((left) => patchOf(level, left, top)));
  for (let at = 0; at < patches.length; at++) {
    const { left, top } = patches[at]!;
    const centre =
      Math.min(level.height - 1, top + PATCH / 2) * level.width + Math.min(level.width - 1, left + PATCH / 2);
    grid.u[at] = start.u.data[centre]!;
    grid.v[at] = start.v.data[centre]!;
    compare(level, patches[at]!, grid.u[at]!, grid.v[at]!, match);
    grid.cost[at] = match.cost;
  }
  for (const way of [-1, 1]) {
    for (let k = 0; k < patches.length; k++) {
      const at = way < 0 ? k : patches.length - 1 - k;
      const [column, row] = [at % columns, Math.floor(at / columns)];
      let moved = way < 0;
      if (column + way >= 0 && column + way < columns) moved = adopt(level, patches[at]!, grid, at, at + way) || moved;
      if (row + way >= 0 && row + way < rows) moved = adopt(level, patches[at]!, grid, at, at + way * columns) || moved;
      if (moved) descend(level, patches[at]!, grid, at);
    }
  }
  return grid;
}

/** Each pixel's flow: the mean of the patches over it, each as much as it fits there. */
function densify(level: Level, grid: Grid, lefts: readonly number[], tops: readonly number[]): PlaneFlow {
  const { width, height, from, to } = level;
  const [u, v, sum] = [createPlane(width, height), createPlane(width, height), new Float32Array(width * height)];
  for (let at = 0; at < grid.u.length; at++) {
    const [left, top] = [lefts[at % grid.columns]!, tops[Math.floor(at / grid.columns)]!];
    const [du, dv] = [grid.u[at]!, grid.v[at]!];
    const [x0, y0] = [Math.floor(du), Math.floor(dv)];
    const [fx, fy] = [du - x0, dv - y0];
    for (let y = top; y < Math.min(height, top + PATCH); y++) {
      const row = Math.max(0, Math.min(to.height - 2, y + y0 + PAD)) * to.width;
      for (let x = left; x < Math.min(width, left + PATCH); x++) {
        const j = row + Math.max(0, Math.min(to.width - 2, x + x0 + PAD));
        const value =
          (1 - fy) * ((1 - fx) * to.data[j]! + fx * to.data[j + 1]!) +
          fy * ((1 - fx) * to.data[j + to.width]! + fx * to.data[j + to.width + 1]!);
        const difference = Math.abs(value - from.data[(y + PAD) * from.width + x + PAD]!);
        const weight = 1 / Math.max(1, difference);
        const i = y * width + x;
        u.data[i] = u.data[i]! + weight * du;
        v.data[i] = v.data[i]! + weight * dv;
        sum[i] = sum[i]! + weight;
      }
    }
  }
  for (let i = 0; i < sum.length; i++) {
    u.data[i] = u.data[i]! / sum[i]!;
    v.data[i] = v.data[i]! / sum[i]!;
  }
  return { u, v };
}

/**
 * Flow of one level of a pyramid by dense inverse search (Kroeger et al., "Fast Optical Flow using Dense Inverse Search",
 * ECCV 2016): patches of 8 x 8 pixels every 4, compared without their means, each started from `start` and from its
 * neighbours' vectors, averaged where they overlap.
 */
export function searchPatches(from: Plane, to: Plane, start: PlaneFlow): PlaneFlow {
  const wide = padded(from, PAD);
  const { x: gx, y: gy } = gradients(wide);
  const level: Level = { width: from.width, height: from.height, from: wide, to: padded(to, PAD), gx, gy };
  const [lefts, tops] = [starts(from.width), starts(from.height)];
  return densify(level, searchGrid(level, start, lefts, tops), lefts, tops);
}
