import type * as tf from '@tensorflow/tfjs';
import { withOutputOf } from '../trace/reaching-padding.js';

type Info = tf.backend_util.Conv2DInfo;

/** Padding as kernels take it. */
export type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;

/** Each side of `info`, for NHWC. */
export function explicitPadding({
  padInfo,
}: Info): [[number, number], [number, number], [number, number], [number, number]] {
  return [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
}

/**
 * Padding that makes gradients agree with the output that was there: sizes may have been rounded up, which tfjs's own
 * gradients forget. Words stay words, since not every engine takes sides.
 */
export function reachingPadding(pad: Padding, info: Info, dy: readonly number[]): Padding {
  return typeof pad === 'string' ? pad : explicitPadding(withOutputOf(info, dy));
}
