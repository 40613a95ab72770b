import type { Rectangle } from './geometry.js';
import type { MotionField } from './motion.js';

/** How much moves in a part of a picture. */
export interface MotionStatistics {
  /** Mean length of the blocks' vectors. */
  readonly mean: number;
  /** Mean length of the longest twentieth of them. */
  readonly peak: number;
  /** Mean difference along the vectors and in place, levels of 255. */
  readonly residual: number;
  readonly difference: number;
}

/** Side of a block, as `estimateMotion` takes them. */
const BLOCK = 16;

/** Indices of the blocks whose centre is in the part; the nearest to its centre where none is. */
export function blocksIn(field: MotionField, part: Rectangle): number[] {
  const inside: number[] = [];
  let nearest = 0;
  let least = Infinity;
  for (let at = 0; at < field.columns * field.rows; at++) {
    const x = ((at % field.columns) + 0.5) * BLOCK - part.left;
    const y = (Math.floor(at / field.columns) + 0.5) * BLOCK - part.top;
    if (x >= 0 && y >= 0 && x < part.width && y < part.height) inside.push(at);
    const distance = Math.hypot(x - part.width / 2, y - part.height / 2);
    if (distance < least) [nearest, least] = [at, distance];
  }
  return inside.length > 0 ? inside : [nearest];
}

/**
 * Statistics of a part of a motion field.
 * @param scale what a pixel of the field is in the unit of the result, across and down.
 */
export function motionStatistics(
  field: MotionField,
  part: Rectangle,
  scale: { x: number; y: number },
): MotionStatistics {
  const blocks = blocksIn(field, part);
  const lengths = blocks.map((at) => Math.hypot(field.x[at]! * scale.x, field.y[at]! * scale.y)).sort((a, b) => b - a);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean: mean(lengths),
    peak: mean(lengths.slice(0, Math.ceil(lengths.length / 20))),
    residual: mean(blocks.map((at) => field.residual[at]!)),
    difference: mean(blocks.map((at) => field.difference[at]!)),
  };
}

/** Largest difference in place that a block shows, levels of 255: 0 for a repeated picture, whatever little moves. */
export function largestDifference(first: Float32Array, second: Float32Array, width: number, height: number): number {
  const side = 8;
  let largest = 0;
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const [right, bottom] = [Math.min(width, left + side), Math.min(height, top + side)];
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) sum += Math.abs(first[y * width + x]! - second[y * width + x]!);
      }
      largest = Math.max(largest, sum / ((right - left) * (bottom - top)));
    }
  }
  return largest;
}
