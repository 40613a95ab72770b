import { createPlane, type Plane, pyramidOf, resizePlane } from './grey.js';
import { type PlaneFlow, searchPatches } from './patch-search.js';
import { refineFlow } from './refine-flow.js';

/** Pixels that the shorter side of the coarsest level keeps. */
const COARSEST = 16;
const weights = { brightness: 1, gradient: 1, smoothness: 2 };

/** A picture prepared for {@link estimateFlow}: itself and its halves. */
export type FlowPicture = readonly Plane[];

/** Prepares a picture of luma 0..255. */
export function flowPicture(luma: Plane): FlowPicture {
  return pyramidOf(luma, COARSEST);
}

/**
 * Optical flow in pixels from one picture to another of the same size: dense inverse search from coarse to fine, with a
 * variational refinement at each level. Reaches about a quarter of the shorter side.
 */
export function estimateFlow(from: FlowPicture, to: FlowPicture): PlaneFlow {
  let flow: PlaneFlow | undefined;
  for (let level = from.length - 1; level >= 0; level--) {
    const [first, second] = [from[level]!, to[level]!];
    const { width, height } = first;
    const start = flow
      ? { u: resizePlane(flow.u, width, height, 2), v: resizePlane(flow.v, width, height, 2) }
      : { u: createPlane(width, height), v: createPlane(width, height) };
    flow = refineFlow(first, second, searchPatches(first, second, start), weights);
  }
  return flow!;
}
