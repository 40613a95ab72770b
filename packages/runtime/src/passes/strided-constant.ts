import { sizeOf } from '@vosvfi/core';
import type { Constant } from '../graph/graph.js';
import { permute } from '../graph/permutation.js';

/** Steps of each axis of a row-major array. */
export function rowMajorSteps(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** A constant read with steps of its own along each axis: what slices, transposes and broadcasts are. */
export function stridedConstant(
  { dtype, data: source }: Constant,
  shape: readonly number[],
  steps: readonly number[],
  start = 0,
): Constant {
  // A copy of the right type; every element is written below.
  const size = sizeOf(shape);
  const data =
    size === source.length ? source.slice() : new (source.constructor as new (n: number) => typeof source)(size);
  const position = shape.map(() => 0);
  let from = start;
  for (let to = 0; to < size; to++) {
    data[to] = source[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] as number) + 1;
      from += steps[axis] as number;
      if ((position[axis] as number) < (shape[axis] as number)) break;
      from -= (steps[axis] as number) * (shape[axis] as number);
      position[axis] = 0;
    }
  }
  return { dtype, shape, data };
}

export function transposedConstant(constant: Constant, perm: readonly number[]): Constant {
  return stridedConstant(constant, permute(constant.shape, perm), permute(rowMajorSteps(constant.shape), perm));
}

/** A constant repeated as ONNX broadcasts it. */
export function broadcastConstant(constant: Constant, shape: readonly number[]): Constant {
  const missing = shape.length - constant.shape.length;
  const own = rowMajorSteps(constant.shape);
  const steps = shape.map((_, axis) =>
    axis < missing || constant.shape[axis - missing] === 1 ? 0 : (own[axis - missing] as number),
  );
  return stridedConstant(constant, shape, steps);
}
