import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { frameBytes } from '../image/frame-file.js';
import { createReducer } from '../prepare/reduce.js';
import { estimateFlow, flowPicture } from './flow.js';

/** Longer side of the pictures that masks are compared on, pixels. */
const SIDE = 192;

/** A frame's picture for flow, and its mask, both small. */
function shrink(frame: Frame, mask: Mask, reduce: ReturnType<typeof createReducer>) {
  if (mask.width !== frame.width || mask.height !== frame.height) {
    throw new ShapeError('mask', `${frame.width} x ${frame.height} as the frame`, `${mask.width} x ${mask.height}`);
  }
  const { luma, width, height } = reduce({ ...frame, data: frameBytes(frame) });
  const labels = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++, i++) labels[i] = mask.data[row + Math.floor(((x + 0.5) * mask.width) / width)]!;
  }
  return { picture: flowPicture({ data: luma, width, height }), labels, width, height };
}

/**
 * How well the masks of neighbouring frames agree once the first is carried along the optical flow between them:
 * intersection over union, 0..1, on pictures of at most 192 pixels; 1 where both are empty. Labels above 0 are one object;
 * pixels whose flow leaves the picture are left out.
 * @throws ShapeError if sizes differ.
 */
export function overlapAlongMotion(first: Frame, firstMask: Mask, second: Frame, secondMask: Mask): number {
  if (first.width !== second.width || first.height !== second.height) {
    throw new ShapeError('frames', `${first.width} x ${first.height}`, `${second.width} x ${second.height}`);
  }
  const reduce = createReducer(first.width, first.height, SIDE);
  const from = shrink(first, firstMask, reduce);
  const to = shrink(second, secondMask, reduce);
  const { u, v } = estimateFlow(to.picture, from.picture);
  let [both, any] = [0, 0];
  for (let y = 0, i = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++, i++) {
      const [px, py] = [Math.round(x + u.data[i]!), Math.round(y + v.data[i]!)];
      if (px < 0 || py < 0 || px >= to.width || py >= to.height) continue;
      const carried = from.labels[py * to.width + px]! > 0;
      const found = to.labels[i]! > 0;
      if (carried && found) both++;
      if (carried || found) any++;
    }
  }
  return any === 0 ? 1 : both / any;
}
