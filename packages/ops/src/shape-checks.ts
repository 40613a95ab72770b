import { ConfigError, ShapeError } from '@vosvfi/core';
import type * as tf from '@vosvfi/runtime/tf';

/** One number for both axes, or (vertical, horizontal). */
export type Pair = number | readonly [number, number];

/** (vertical, horizontal) of `value`; throws ConfigError naming `path` unless both are integers of at least `minimum`. */
export function pairOf(path: string, value: Pair, minimum: number): readonly [number, number] {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (pair.length !== 2 || pair.some((item) => !Number.isInteger(item) || item < minimum)) {
    throw new ConfigError(path, `expected one or two integers of at least ${minimum}, found ${JSON.stringify(value)}.`);
  }
  return pair;
}

/** `x` as a rank-4 tensor; throws ShapeError naming `subject` otherwise. */
export function rank4(subject: string, x: tf.Tensor, axes = '[B, H, W, C]'): tf.Tensor4D {
  if (x.rank !== 4) throw new ShapeError(subject, axes, x.shape);
  return x as tf.Tensor4D;
}

/** Throws ShapeError naming `subject` unless `x` has exactly `shape`. */
export function expectShape(subject: string, x: tf.Tensor, shape: readonly number[]): void {
  if (x.rank !== shape.length || x.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new ShapeError(subject, `[${shape.join(', ')}]`, x.shape);
  }
}

/** tfjs's explicit padding for NHWC. */
export type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** Symmetric explicit padding; tfjs's 'same' would pad strided convolutions on one side only. */
export function explicitPadding([vertical, horizontal]: readonly [number, number]): ExplicitPadding {
  return [
    [0, 0],
    [vertical, vertical],
    [horizontal, horizontal],
    [0, 0],
  ];
}
