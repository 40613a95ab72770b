import * as tf from '@tensorflow/tfjs';
import { spaced } from './window-gradients.js';

/** Attributes of the kernel `MaxPoolGrad`. */
export interface MaxPoolGradientAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Below every float that a network makes. */
const NOTHING = -3.4e38;

/**
 * The gradient of max pooling, one window position at a time: the slope of an output goes to the first input, row by
 * row, that equals it.
 */
export function maxPoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, attrs: MaxPoolGradientAttrs): tf.Tensor {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { padInfo, inHeight, inWidth, strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const [batch, outHeight, outWidth, channels] = dy.shape;
  const rows = Math.max(inHeight + padInfo.top, (outHeight - 1) * strideHeight + filterHeight);
  const columns = Math.max(inWidth + padInfo.left, (outWidth - 1) * strideWidth + filterWidth);
  const sides: [number, number][] = [
    [0, 0],
    [padInfo.top, rows - inHeight - padInfo.top],
    [padInfo.left, columns - inWidth - padInfo.left],
    [0, 0],
  ];
  const padded = tf.pad(x, sides, NOTHING);
  const [height, width] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
  const window = (top: number, left: number) =>
    tf.stridedSlice(
      padded,
      [0, top, left, 0],
      [batch, top + height, left + width, channels],
      [1, strideHeight, strideWidth, 1],
    );
  const places = Array.from({ length: filterHeight * filterWidth }, (_, i): [number, number] => [
    Math.floor(i / filterWidth),
    i % filterWidth,
  ]);
  const maxima = places.map(([top, left]) => window(top, left)).reduce((a, b) => tf.maximum(a, b));
  let open: tf.Tensor = tf.onesLike(dy);
  let sum: tf.Tensor = tf.zerosLike(padded);
  for (const [top, left] of places) {
    const hit = tf.mul(tf.cast(tf.equal(window(top, left), maxima), 'float32'), open);
    open = tf.sub(open, hit);
    const spread = tf.slice(
      spaced(tf.mul(hit, dy) as tf.Tensor4D, strideHeight, strideWidth),
      [0, 0, 0, 0],
      [batch, height, width, channels],
    );
    const around: [number, number][] = [
      [0, 0],
      [top, rows - top - height],
      [left, columns - left - width],
      [0, 0],
    ];
    sum = tf.add(sum, tf.pad(spread, around));
  }
  return tf.slice(sum, [0, padInfo.top, padInfo.left, 0], x.shape);
}
