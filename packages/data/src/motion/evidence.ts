import { fitCameraMotion, residualFlow } from './camera-motion.js';
import { createPlane, type Plane, sampleAt } from './grey.js';
import type { PlaneFlow } from './patch-search.js';

/** Flow of a frame to one neighbour, what it would be without the camera's motion, and where it can be believed. */
export interface Motion {
  readonly flow: PlaneFlow;
  readonly residual: PlaneFlow;
  /** 0..1: 0 where the way there and back does not lead home, as where something is covered. */
  readonly trust: Float32Array;
  /** 1 where the background would still be in the neighbour's picture; beyond it nothing can be told. */
  readonly seen: Uint8Array;
  /** Length of the residual that noise explains, pixels. */
  readonly noise: number;
}

/** Pixels that the way there and back may miss, and the share of its length. */
const MISS = 0.5;
const MISS_SHARE = 0.05;

function trustOf({ u, v }: PlaneFlow, back: PlaneFlow): Float32Array {
  const { width, height } = u;
  const trust = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [du, dv] = [u.data[i]!, v.data[i]!];
      const [px, py] = [x + du, y + dv];
      if (px < -1 || py < -1 || px > width || py > height) continue;
      const miss = Math.hypot(du + sampleAt(back.u, px, py), dv + sampleAt(back.v, px, py));
      const allowed = MISS + MISS_SHARE * Math.hypot(du, dv);
      trust[i] = 1 / (1 + (miss / allowed) ** 2);
    }
  }
  return trust;
}

/** Length that half of the residual does not exceed: most of the picture is background. */
function medianLength({ u, v }: PlaneFlow): number {
  const lengths: number[] = [];
  for (let i = 0; i < u.data.length; i += 7) lengths.push(Math.hypot(u.data[i]!, v.data[i]!));
  lengths.sort((a, b) => a - b);
  return lengths[lengths.length >> 1]!;
}

/** Pixels from the rim within which patches hang over it. */
const RIM = 3;

/** Takes the camera's motion out of the flow to a neighbour; `back` is the neighbour's flow to here. */
export function analyseMotion(flow: PlaneFlow, back: PlaneFlow): Motion {
  const { width, height } = flow.u;
  const trust = trustOf(flow, back);
  const residual = residualFlow(flow, fitCameraMotion(flow, trust));
  const seen = new Uint8Array(trust.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [dx, dy] = [flow.u.data[i]! - residual.u.data[i]!, flow.v.data[i]! - residual.v.data[i]!];
      const [px, py] = [x + dx, y + dy];
      const rests = Math.abs(dx) < 1 && Math.abs(dy) < 1;
      const isInside = px >= RIM && py >= RIM && px < width - RIM && py < height - RIM;
      seen[i] = rests || isInside ? 1 : 0;
    }
  }
  return { flow, residual, trust, seen, noise: medianLength(residual) };
}

/** Residual of a frame towards its neighbours together, pixels a frame: vectors forward, and their length. */
export interface FrameResidual {
  readonly u: Plane;
  readonly v: Plane;
  readonly length: Plane;
  readonly noise: number;
}

/**
 * Joins the motion to the neighbours before and after: what moves goes on, so that the one is minus the other; each counts
 * as far as it is trusted. Where neither neighbour shows the place, the residual is 0.
 */
export function joinResiduals(before: Motion | undefined, after: Motion | undefined): FrameResidual {
  const some = (after ?? before)!;
  const { width, height } = some.flow.u;
  const [u, v, length] = [createPlane(width, height), createPlane(width, height), createPlane(width, height)];
  for (let i = 0; i < u.data.length; i++) {
    let [sum, x, y] = [1e-6, 0, 0];
    for (const motion of [before, after]) {
      if (!motion) continue;
      const weight = motion.seen[i]! * (motion.trust[i]! + 0.02);
      const sign = motion === after ? 1 : -1;
      sum += weight;
      x += weight * sign * motion.residual.u.data[i]!;
      y += weight * sign * motion.residual.v.data[i]!;
    }
    u.data[i] = x / sum;
    v.data[i] = y / sum;
    length.data[i] = Math.hypot(x / sum, y / sum);
  }
  const both = [before, after].flatMap((motion) => (motion ? [motion.noise] : []));
  return { u, v, length, noise: both.reduce((sum, one) => sum + one, 0) / both.length };
}
