import { createRandom, type Random } from '@vosvfi/core';
import { createPlane, type Plane } from './grey.js';
import type { PlaneFlow } from './patch-search.js';
import { solveSymmetric } from './solve.js';

/**
 * The flow that a plane before a moving camera makes, eight numbers (Longuet-Higgins, "The visual ambiguity of a moving
 * plane", 1984): u = a0 + a1 x + a2 y + a6 x² + a7 xy, v = a3 + a4 x + a5 y + a6 xy + a7 y²; x and y from -1 to 1 over the
 * longer side, u and v in pixels. Turning, zooming and far backgrounds are such planes, too.
 */
export type CameraMotion = Float64Array;

const PARAMETERS = 8;
/** Pixels between the samples that the fit looks at. */
const SAMPLE_STEP = 4;
const TRIALS = 150;
const ROUNDS = 12;
/** Least scale of the fit, pixels: flow is not more exact. */
const LEAST_SCALE = 0.15;
/** Weight of samples at the rim; in the centre, where objects are, it is 1. */
const RIM_WEIGHT = 3;

/** Flow vectors at places of -1..1, with weights. */
interface Samples {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly weight: Float64Array;
}

function samplesOf({ u, v }: PlaneFlow, trust: Float32Array): Samples {
  const { width, height } = u;
  const half = Math.max(width, height) / 2;
  const [columns, rows] = [Math.ceil(width / SAMPLE_STEP), Math.ceil(height / SAMPLE_STEP)];
  const [x, y, su, sv, weight] = Array.from({ length: 5 }, () => new Float64Array(columns * rows));
  for (let row = 0, k = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, k++) {
      const [px, py] = [column * SAMPLE_STEP, row * SAMPLE_STEP];
      const i = py * width + px;
      x![k] = (px - width / 2) / half;
      y![k] = (py - height / 2) / half;
      su![k] = u.data[i]!;
      sv![k] = v.data[i]!;
      const rim = Math.max(Math.abs(2 * px - width) / width, Math.abs(2 * py - height) / height);
      weight![k] = trust[i]! * (1 + (RIM_WEIGHT - 1) * rim * rim);
    }
  }
  return { count: columns * rows, x: x!, y: y!, u: su!, v: sv!, weight: weight! };
}

/** What each number of the motion contributes to u and v at a place. */
function rowsAt(x: number, y: number, forU: Float64Array, forV: Float64Array): void {
  forU.set([1, x, y, 0, 0, 0, x * x, x * y]);
  forV.set([0, 0, 0, 1, x, y, x * y, y * y]);
}

/** Squared distance of a sample's flow from the motion's. */
function errorAt({ x, y, u, v }: Samples, motion: CameraMotion, k: number): number {
  const [px, py] = [x[k]!, y[k]!];
  const bend = motion[6]! * px + motion[7]! * py;
  const du = u[k]! - (motion[0]! + motion[1]! * px + motion[2]! * py + px * bend);
  const dv = v[k]! - (motion[3]! + motion[4]! * px + motion[5]! * py + py * bend);
  return du * du + dv * dv;
}

/** Least squares with a weight for each sample. */
function fit(samples: Samples, weightOf: (k: number) => number): CameraMotion | undefined {
  const n = PARAMETERS;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  const [forU, forV] = [new Float64Array(n), new Float64Array(n)];
  let sum = 0;
  for (let k = 0; k < samples.count; k++) {
    const weight = weightOf(k);
    if (weight === 0) continue;
    sum += weight;
    rowsAt(samples.x[k]!, samples.y[k]!, forU, forV);
    for (let i = 0; i < n; i++) {
      right[i] = right[i]! + weight * (forU[i]! * samples.u[k]! + forV[i]! * samples.v[k]!);
      for (let j = 0; j <= i; j++) {
        matrix[i * n + j] = matrix[i * n + j]! + weight * (forU[i]! * forU[j]! + forV[i]! * forV[j]!);
      }
    }
  }
  // A little stiffness: bends are not made up where few samples speak.
  for (let i = 0; i < n; i++) matrix[i * n + i] = matrix[i * n + i]! + sum * (i < 6 ? 1e-6 : 1e-3);
  return solveSymmetric(matrix, right) ? right : undefined;
}

/** Motion through three samples, without bend. */
function throughThree({ x, y, u, v }: Samples, picks: readonly number[]): CameraMotion | undefined {
  const [a, b, c] = picks as [number, number, number];
  const [x1, y1, x2, y2] = [x[b]! - x[a]!, y[b]! - y[a]!, x[c]! - x[a]!, y[c]! - y[a]!];
  const determinant = x1 * y2 - x2 * y1;
  if (Math.abs(determinant) < 0.02) return undefined;
  const motion = new Float64Array(PARAMETERS);
  [u, v].forEach((values, k) => {
    const [d1, d2] = [values[b]! - values[a]!, values[c]! - values[a]!];
    const right = (d1 * y2 - d2 * y1) / determinant;
    const down = (x1 * d2 - x2 * d1) / determinant;
    motion.set([values[a]! - right * x[a]! - down * y[a]!, right, down], 3 * k);
  });
  return motion;
}

/** The motion that most samples agree with, of random ones. */
function searchStart(samples: Samples, scale: number, random: Random): CameraMotion {
  let best: CameraMotion = new Float64Array(PARAMETERS);
  let most = -1;
  for (let trial = 0; trial <= TRIALS; trial++) {
    const picks = [0, 1, 2].map(() => random.integer(0, samples.count - 1));
    const motion = trial === 0 ? best : throughThree(samples, picks);
    if (!motion) continue;
    let support = 0;
    for (let k = 0; k < samples.count; k++)
      support += samples.weight[k]! / (1 + errorAt(samples, motion, k) / (scale * scale));
    if (support > most) {
      most = support;
      best = motion;
    }
  }
  return best;
}

function medianError(samples: Samples, motion: CameraMotion): number {
  const errors = Float64Array.from({ length: samples.count }, (_, k) => Math.sqrt(errorAt(samples, motion, k))).sort();
  return errors[samples.count >> 1]!;
}

/**
 * Fits the motion of the camera to flow: the one that most of the picture, and of its rim before all, agrees with; found
 * by random samples (RANSAC) and weighted least squares with a scale that narrows.
 * @param trust [height, width], 0..1: how far the flow of a pixel counts.
 */
export function fitCameraMotion(flow: PlaneFlow, trust: Float32Array): CameraMotion {
  const samples = samplesOf(flow, trust);
  let motion = searchStart(samples, 1, createRandom(samples.count));
  let scale = Math.max(1, 2 * medianError(samples, motion));
  for (let round = 0; round < ROUNDS; round++) {
    const square = scale * scale;
    const current = motion;
    const next = fit(samples, (k) => {
      const share = 1 + errorAt(samples, current, k) / square;
      return samples.weight[k]! / (share * share);
    });
    if (!next) break;
    motion = next;
    scale = Math.max(LEAST_SCALE, scale * 0.75);
  }
  return motion;
}

/** Flow that the camera's motion makes, and what is left of the flow without it. */
export function residualFlow({ u, v }: PlaneFlow, motion: CameraMotion): PlaneFlow {
  const { width, height } = u;
  const half = Math.max(width, height) / 2;
  const [ru, rv]: [Plane, Plane] = [createPlane(width, height), createPlane(width, height)];
  for (let y = 0, i = 0; y < height; y++) {
    const py = (y - height / 2) / half;
    for (let x = 0; x < width; x++, i++) {
      const px = (x - width / 2) / half;
      const bend = motion[6]! * px + motion[7]! * py;
      ru.data[i] = u.data[i]! - (motion[0]! + motion[1]! * px + motion[2]! * py + px * bend);
      rv.data[i] = v.data[i]! - (motion[3]! + motion[4]! * px + motion[5]! * py + py * bend);
    }
  }
  return { u: ru, v: rv };
}
