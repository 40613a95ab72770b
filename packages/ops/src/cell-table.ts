import * as tf from '@vosvfi/runtime/tf';
import { replicate } from './padding.js';

/** What lies outside a picture: copies of its edge, or zeros. */
export type CellBorder = 'replicate' | 'zeros';

/**
 * The cells between the samples of a picture, one row for each: with (y, x) the cell's upper left sample and (a, b) a
 * place in it, the bilinear value is `value + a * down + b * across + a * b * both`. One row copy thus fetches all that
 * a sample needs, however many channels.
 *
 * The picture is continued by one sample on each side, so cells have y from -1 to H - 1 and x from -1 to W - 1, in this
 * order. Made of ops that tfjs differentiates.
 *
 * @param image [B, H, W, C].
 * @returns [B * (H + 1) * (W + 1), 4 * C]: value, down, across, both.
 */
export function cellTable(image: tf.Tensor4D, border: CellBorder): tf.Tensor2D {
  const [batch, height, width, channels] = image.shape;
  const continued = border === 'zeros' ? zeroMargin(image) : replicate(replicate(image, 1, 1, 1), 2, 1, 1);
  const corner = (y: number, x: number): tf.Tensor4D =>
    tf.slice(continued, [0, y, x, 0], [batch, height + 1, width + 1, channels]);
  const [value, below] = [corner(0, 0), corner(1, 0)];
  const across = tf.sub(corner(0, 1), value);
  const both = tf.sub(tf.sub(corner(1, 1), below), across);
  const fields = tf.concat([value, tf.sub(below, value), across, both], 3);
  return tf.reshape(fields, [batch * (height + 1) * (width + 1), 4 * channels]);
}

function zeroMargin(image: tf.Tensor4D): tf.Tensor4D {
  return tf.pad(image, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
}
