import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { rank4 } from './shape-checks.js';

/** Samples added around a picture. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Margins that bring (height, width) up to multiples of `multiple`: half before (rounded down), the rest after.
 * @throws ConfigError unless all three are positive integers.
 */
export function centredMargins(height: number, width: number, multiple: number): Margins {
  for (const [name, value] of Object.entries({ height, width, multiple })) {
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(name, `expected a positive integer, found ${value}.`);
  }
  const vertical = (multiple - (height % multiple)) % multiple;
  const horizontal = (multiple - (width % multiple)) % multiple;
  const top = Math.floor(vertical / 2);
  const left = Math.floor(horizontal / 2);
  return { top, bottom: vertical - top, left, right: horizontal - left };
}

/** How margins are filled: with the nearest edge sample, with zeros, or with the picture mirrored at its edge samples. */
export type PadMode = 'replicate' | 'zeros' | 'reflect';

/**
 * Pads height and width to multiples of `multiple`, centred (see {@link centredMargins}).
 *
 * @param x [B, H, W, C].
 * @returns The padded tensor and the margins that {@link unpad} removes.
 * @throws ShapeError if `reflect` would need more samples than the picture has.
 */
export function padCentered(
  x: tf.Tensor,
  multiple: number,
  mode: PadMode = 'replicate',
): { padded: tf.Tensor4D; margins: Margins } {
  const input = rank4('padCentered input', x);
  const margins = centredMargins(input.shape[1], input.shape[2], multiple);
  return { padded: fillMargins(input, margins, mode), margins };
}

/**
 * {@link padCentered} with all of the margins at the bottom and at the right.
 * @throws ShapeError if `reflect` would need more samples than the picture has.
 */
export function padEnd(
  x: tf.Tensor,
  multiple: number,
  mode: PadMode = 'replicate',
): { padded: tf.Tensor4D; margins: Margins } {
  const input = rank4('padEnd input', x);
  const { top, bottom, left, right } = centredMargins(input.shape[1], input.shape[2], multiple);
  const margins = { top: 0, bottom: top + bottom, left: 0, right: left + right };
  return { padded: fillMargins(input, margins, mode), margins };
}

function fillMargins(x: tf.Tensor4D, margins: Margins, mode: PadMode): tf.Tensor4D {
  const { top, bottom, left, right } = margins;
  if (top + bottom + left + right === 0) return x;
  if (mode === 'replicate') return padReplicate(x, margins);
  const [, height, width] = x.shape;
  if (mode === 'reflect' && (Math.max(top, bottom) >= height || Math.max(left, right) >= width)) {
    throw new ShapeError(
      'picture to reflect',
      `more than ${Math.max(top, bottom)} x ${Math.max(left, right)}`,
      x.shape,
    );
  }
  const paddings: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return (mode === 'zeros' ? tf.pad(x, paddings) : tf.mirrorPad(x, paddings, 'reflect')) as tf.Tensor4D;
}

/**
 * `x` [B, H, W, C] continued with copies of its edge.
 * @throws ShapeError if `x` is not rank 4.
 */
export function padReplicate(x: tf.Tensor, { top, bottom, left, right }: Margins): tf.Tensor4D {
  return replicate(replicate(rank4('padReplicate input', x), 1, top, bottom), 2, left, right);
}

/** `x` continued along one axis with copies of its first and last entries. */
export function replicate(x: tf.Tensor4D, axis: 1 | 2, before: number, after: number): tf.Tensor4D {
  if (before === 0 && after === 0) return x;
  const extent = x.shape[axis];
  const edge = (index: number, times: number): tf.Tensor4D[] => {
    if (times === 0) return [];
    const begin = [0, 0, 0, 0];
    const size = [...x.shape];
    const repeats = [1, 1, 1, 1];
    begin[axis] = index;
    size[axis] = 1;
    repeats[axis] = times;
    return [tf.tile(tf.slice(x, begin, size), repeats) as tf.Tensor4D];
  };
  return tf.concat([...edge(0, before), x, ...edge(extent - 1, after)], axis);
}

/**
 * Removes the margins that {@link padCentered} or {@link padEnd} added.
 * @throws ShapeError if `x` is not rank 4 or not larger than the margins.
 */
export function unpad(x: tf.Tensor, { top, bottom, left, right }: Margins): tf.Tensor4D {
  const input = rank4('unpad input', x);
  const [batch, height, width, channels] = input.shape;
  if (height <= top + bottom || width <= left + right) {
    throw new ShapeError('unpad input', `more than ${top + bottom} x ${left + right} samples`, x.shape);
  }
  if (top + bottom + left + right === 0) return input;
  return tf.slice(input, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels]);
}
