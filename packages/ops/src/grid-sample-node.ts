import type { GraphBuilder } from '@vosvfi/runtime';
import type { SampleMode, SamplePadding } from './axis-taps.js';

/** Attributes of ONNX's GridSample, in PyTorch's words. */
export interface GridSampleAttributes {
  readonly mode: SampleMode;
  readonly padding: SamplePadding;
  readonly alignCorners: boolean;
}

/** With more channels than this, gathering rows of all channels is faster than GridSample. */
export const SAMPLED_CHANNELS = 8;

/** Coordinates beyond this are outside for every size and mode. */
const FAR = 16;

/** Emits GridSample of an NHWC picture at a normalized grid [B, h, w, 2]; NaN in the grid gives NaN. */
export function gridSampleNode(
  graph: GraphBuilder,
  image: string,
  grid: string,
  [batch, height, width]: readonly [number, number, number],
  { mode, padding, alignCorners }: GridSampleAttributes,
): string {
  // Infinity times 0 would be NaN below. A reflected picture goes on for ever.
  const bounds = [graph.float32([-FAR], []), graph.float32([FAR], [])];
  const near = padding === 'reflection' ? grid : graph.node('Clip', [grid, ...bounds]);
  const planes = graph.node('Transpose', [image], { perm: [0, 3, 1, 2] });
  const sampled = graph.node('GridSample', [planes, near], {
    mode: { bilinear: 'linear', nearest: 'nearest', bicubic: 'cubic' }[mode],
    padding_mode: padding,
    align_corners: alignCorners ? 1 : 0,
  });
  // GridSample takes NaN for some place; 0 * NaN puts it back.
  const zeros = graph.node('ReduceSum', [graph.node('Mul', [near, graph.float32([0], [])]), graph.int64([3])], {
    keepdims: 0,
  });
  const nan = graph.node('Reshape', [zeros, graph.int64([batch, 1, height, width])]);
  return graph.node('Transpose', [graph.node('Add', [sampled, nan])], { perm: [0, 2, 3, 1] });
}
