import { createPlane, gradients, type Plane, sampleAt } from './grey.js';
import type { PlaneFlow } from './patch-search.js';

/** Weights of the terms: same brightness, same gradient, smooth flow. */
export interface RefineWeights {
  readonly brightness: number;
  readonly gradient: number;
  readonly smoothness: number;
}

const EPSILON = 1e-3;
const FIXED_POINTS = 3;
const SWEEPS = 6;
/** Over-relaxation. */
const OMEGA = 1.6;
/** Levels of grey over which an edge of the picture halves the smoothness. */
const EDGE = 12;

/** Products of the linearized constancy terms at each pixel: what multiplies du², du dv, dv², du, dv and 1. */
interface DataTerm {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly c: Float32Array;
  readonly d: Float32Array;
  readonly e: Float32Array;
  readonly f: Float32Array;
}

const six = (size: number): DataTerm => {
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => new Float32Array(size));
  return { a: a!, b: b!, c: c!, d: d!, e: e!, f: f! };
};

function add(term: DataTerm, i: number, x: number, y: number, t: number, weight: number): void {
  // Normalized by the slope, so that strong edges do not outweigh everything else.
  const w = weight / (x * x + y * y + 0.1);
  term.a[i] = term.a[i]! + w * x * x;
  term.b[i] = term.b[i]! + w * x * y;
  term.c[i] = term.c[i]! + w * y * y;
  term.d[i] = term.d[i]! + w * x * t;
  term.e[i] = term.e[i]! + w * y * t;
  term.f[i] = term.f[i]! + w * t * t;
}

function warped(plane: Plane, { u, v }: PlaneFlow, inside: Uint8Array): Plane {
  const { width, height } = u;
  const out = createPlane(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [px, py] = [x + u.data[i]!, y + v.data[i]!];
      inside[i] = px >= 0 && py >= 0 && px <= width - 1 && py <= height - 1 ? 1 : 0;
      out.data[i] = sampleAt(plane, px, py);
    }
  }
  return out;
}

/** The two data terms, brightness and gradient, each linearized around the flow. */
function dataTerms(from: Plane, to: Plane, flow: PlaneFlow, weights: RefineWeights): [DataTerm, DataTerm] {
  const size = from.data.length;
  const inside = new Uint8Array(size);
  const moved = warped(to, flow, inside);
  const first = gradients(from);
  const second = gradients(moved);
  const mean = (p: Float32Array, q: Float32Array) => p.map((value, i) => (value + q[i]!) / 2);
  const [gx, gy] = [mean(first.x, second.x), mean(first.y, second.y)];
  const { width, height } = from;
  const slopeX = gradients({ data: gx, width, height });
  const slopeY = gradients({ data: gy, width, height });
  const [brightness, gradient] = [six(size), six(size)];
  for (let i = 0; i < size; i++) {
    if (inside[i] === 0) continue;
    add(brightness, i, gx[i]!, gy[i]!, moved.data[i]! - from.data[i]!, weights.brightness);
    add(gradient, i, slopeX.x[i]!, slopeX.y[i]!, second.x[i]! - first.x[i]!, weights.gradient);
    add(gradient, i, slopeY.x[i]!, slopeY.y[i]!, second.y[i]! - first.y[i]!, weights.gradient);
  }
  return [brightness, gradient];
}

/** One term's part in the equations of a pixel, made robust. */
function accumulate(into: DataTerm, term: DataTerm, du: Float32Array, dv: Float32Array): void {
  for (let i = 0; i < du.length; i++) {
    const [x, y] = [du[i]!, dv[i]!];
    const square =
      term.a[i]! * x * x +
      2 * term.b[i]! * x * y +
      term.c[i]! * y * y +
      2 * (term.d[i]! * x + term.e[i]! * y) +
      term.f[i]!;
    const weight = 1 / Math.sqrt(Math.max(0, square) + EPSILON);
    into.a[i] = into.a[i]! + weight * term.a[i]!;
    into.b[i] = into.b[i]! + weight * term.b[i]!;
    into.c[i] = into.c[i]! + weight * term.c[i]!;
    into.d[i] = into.d[i]! + weight * term.d[i]!;
    into.e[i] = into.e[i]! + weight * term.e[i]!;
  }
}

/** How much neighbours to the right and below are tied: less over edges of the flow and of the picture. */
function ties(flow: PlaneFlow, du: Float32Array, dv: Float32Array, edges: Ties, smoothness: number, into: Ties): void {
  const { width, height } = flow.u;
  const [u, v] = [flow.u.data, flow.v.data];
  const tie = (tied: Float32Array, edge: Float32Array, step: number, columns: number, rows: number) => {
    for (let y = 0; y < rows; y++) {
      for (let i = y * width, end = i + columns; i < end; i++) {
        const j = i + step;
        const p = u[j]! + du[j]! - u[i]! - du[i]!;
        const q = v[j]! + dv[j]! - v[i]! - dv[i]!;
        tied[i] = (smoothness * edge[i]!) / Math.sqrt(p * p + q * q + EPSILON);
      }
    }
  };
  tie(into.right, edges.right, 1, width - 1, height);
  tie(into.down, edges.down, width, width, height - 1);
}

interface Ties {
  readonly right: Float32Array;
  readonly down: Float32Array;
}

function pictureEdges({ data, width, height }: Plane): Ties {
  const [right, down] = [new Float32Array(data.length), new Float32Array(data.length)];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x < width - 1) right[i] = EDGE / (EDGE + Math.abs(data[i + 1]! - data[i]!));
      if (y < height - 1) down[i] = EDGE / (EDGE + Math.abs(data[i + width]! - data[i]!));
    }
  }
  return { right, down };
}

/** One pass of successive over-relaxation. Ties beyond the rim are 0, so that the index may run over it. */
function sweep({ u, v }: PlaneFlow, du: Float32Array, dv: Float32Array, term: DataTerm, { right, down }: Ties): void {
  const { width } = u;
  const size = du.length;
  const [pu, pv] = [u.data, v.data];
  const { a, b, c, d, e } = term;
  for (let i = 0; i < size; i++) {
    const [l, t] = [i > 0 ? i - 1 : i, i >= width ? i - width : i];
    const [r, n] = [i + 1 < size ? i + 1 : i, i + width < size ? i + width : i];
    const [wl, wr, wt, wn] = [right[l]!, right[i]!, i >= width ? down[t]! : 0, down[i]!];
    const sum = wl + wr + wt + wn + 1e-4;
    const [ui, vi] = [pu[i]!, pv[i]!];
    const su =
      wl * (pu[l]! + du[l]! - ui) +
      wr * (pu[r]! + du[r]! - ui) +
      wt * (pu[t]! + du[t]! - ui) +
      wn * (pu[n]! + du[n]! - ui);
    const sv =
      wl * (pv[l]! + dv[l]! - vi) +
      wr * (pv[r]! + dv[r]! - vi) +
      wt * (pv[t]! + dv[t]! - vi) +
      wn * (pv[n]! + dv[n]! - vi);
    const x = (1 - OMEGA) * du[i]! + (OMEGA * (su - d[i]! - b[i]! * dv[i]!)) / (sum + a[i]!);
    du[i] = x;
    dv[i] = (1 - OMEGA) * dv[i]! + (OMEGA * (sv - e[i]! - b[i]! * x)) / (sum + c[i]!);
  }
}

/**
 * Refines flow by a variational method: brightness and gradient stay the same along it, and it is smooth but for edges
 * (robust terms; Brox et al., "High Accuracy Optical Flow Estimation Based on a Theory for Warping", ECCV 2004).
 */
export function refineFlow(from: Plane, to: Plane, flow: PlaneFlow, weights: RefineWeights): PlaneFlow {
  const size = from.data.length;
  const terms = dataTerms(from, to, flow, weights);
  const edges = pictureEdges(from);
  const [du, dv] = [new Float32Array(size), new Float32Array(size)];
  const tied: Ties = { right: new Float32Array(size), down: new Float32Array(size) };
  for (let k = 0; k < FIXED_POINTS; k++) {
    const all = six(size);
    for (const term of terms) accumulate(all, term, du, dv);
    ties(flow, du, dv, edges, weights.smoothness, tied);
    for (let s = 0; s < SWEEPS; s++) sweep(flow, du, dv, all, tied);
  }
  const sum = ({ data, width, height }: Plane, change: Float32Array): Plane => ({
    data: data.map((value, i) => value + change[i]!),
    width,
    height,
  });
  return { u: sum(flow.u, du), v: sum(flow.v, dv) };
}
