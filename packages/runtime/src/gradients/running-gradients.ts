import * as tf from '@tensorflow/tfjs';
import { positiveAxis } from '../graph/broadcast.js';
import { defineGradient } from './define-gradient.js';

interface RunningAttrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** tfjs's own transposes once too often for axes other than the last. */
defineGradient<RunningAttrs>('Cumsum', {
  gradient: (dy, _, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy as tf.Tensor, positiveAxis(axis, (dy as tf.Tensor).rank), exclusive, !reverse),
  }),
});

defineGradient<RunningAttrs>('Cumprod', {
  inputs: ['x'],
  gradient: (dy, [x], attributes) => ({
    x: () => runningProductGradient(dy as tf.Tensor, x as tf.Tensor, attributes),
  }),
});

interface ProdAttrs {
  readonly axis: number | number[];
}

/** What the other factors multiply to, without dividing: factors may be 0. */
defineGradient<ProdAttrs>('Prod', {
  inputs: ['x'],
  gradient: (dy, saved, { axis }) => {
    const [x] = saved as [tf.Tensor];
    const axes = tf.util.parseAxisParam(axis, x.shape);
    return { x: () => (axes.length === 0 ? (dy as tf.Tensor).clone() : productGradient(dy as tf.Tensor, x, axes)) };
  },
});

function productGradient(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const moved = tf.transpose(x, order);
  const factors = tf.reshape(moved, [-1, axes.reduce((size, axis) => size * (x.shape[axis] as number), 1)]);
  const others = tf.mul(tf.cumprod(factors, 1, true, false), tf.cumprod(factors, 1, true, true));
  const slopes = tf.mul(others, tf.reshape(dy, [-1, 1]));
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return tf.transpose(tf.reshape(slopes, moved.shape), inverse);
}

/**
 * Gradient of running products without dividing by `x`. With y_j the product of x_0 .. x_j, that of x_i is the product
 * before it times R_i = dy_i + x_(i+1) R_(i+1). Doubling solves the recurrence in log2(n) rounds.
 */
function runningProductGradient(dy: tf.Tensor, x: tf.Tensor, attributes: RunningAttrs): tf.Tensor {
  const { exclusive, reverse } = attributes;
  const axis = positiveAxis(attributes.axis, x.rank);
  const extent = x.shape[axis] as number;
  const turned = (value: tf.Tensor) => (reverse ? tf.reverse(value, axis) : value);
  /** Element i + `shift` at i, zeros behind the end. */
  const ahead = (value: tf.Tensor, shift: number) => {
    const begin = x.shape.map((_, i) => (i === axis ? shift : 0));
    const pads = x.shape.map((_, i): [number, number] => [0, i === axis ? shift : 0]);
    return tf.pad(tf.slice(value, begin), pads);
  };
  const factors = turned(x);
  const slopes = turned(dy);
  let sums = exclusive ? ahead(slopes, 1) : slopes;
  let gains = ahead(factors, 1);
  for (let shift = 1; shift < extent; shift *= 2) {
    sums = tf.add(sums, tf.mul(gains, ahead(sums, shift)));
    gains = tf.mul(gains, ahead(gains, shift));
  }
  return turned(tf.mul(sums, tf.cumprod(factors, axis, true)));
}
