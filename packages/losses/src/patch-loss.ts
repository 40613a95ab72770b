import { ShapeError } from '@vosvfi/core';
import { withGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/** Softness of the normalized difference between a sample and its neighbour, d / sqrt(0.81 + d^2). */
const differenceSoftness = 0.81;
/** Softness of the distance between two normalized differences, d^2 / (0.1 + d^2). */
const distanceSoftness = 0.1;

type Shift = readonly [dy: number, dx: number];

/**
 * Distance between the local structure of two tensors, the core of the census and geometry losses.
 *
 * Per channel, every sample is compared with its (2 radius + 1)^2 neighbours: n = d / sqrt(0.81 + d^2) for the difference d,
 * then e^2 / (0.1 + e^2) for e = n(x) - n(y). Samples closer than `radius` to the border count as 0 but are part of the mean.
 *
 * Only half of the neighbours are computed: the difference from p to p + s is minus the one from p + s back to p, and the
 * distance is even in it, so each pair is weighted by the number of its ends that count.
 *
 * @param x [B, H, W, C] float32, H and W more than 2 radius.
 * @param y The same shape.
 * @returns A scalar in [0, 1).
 * @throws ShapeError if the shapes differ or are too small.
 */
export function patchLoss(x: tf.Tensor, y: tf.Tensor, radius: number): tf.Scalar {
  if (x.rank !== 4) throw new ShapeError('patchLoss x', '[B, H, W, C]', x.shape);
  if (x.shape.join() !== y.shape.join()) throw new ShapeError('patchLoss y', `[${x.shape.join(', ')}] as x`, y.shape);
  const [, height, width] = x.shape as [number, number, number, number];
  if (Math.min(height, width) <= 2 * radius) {
    throw new ShapeError('patchLoss x', `height and width of more than ${2 * radius}`, x.shape);
  }
  const distances = halfShifts(radius).map((shift) => {
    const error = tf.sub(difference(x, shift), difference(y, shift));
    return tf.sum(tf.mul(boundedSquare(error), pairWeights(height, width, radius, shift)));
  });
  return tf.div(tf.addN(distances), x.size * (2 * radius + 1) ** 2);
}

/** Shifts to the neighbours that come later in reading order. */
function halfShifts(radius: number): Shift[] {
  const shifts: Shift[] = [];
  for (let dy = 0; dy <= radius; dy++) {
    for (let dx = dy === 0 ? 1 : -radius; dx <= radius; dx++) shifts.push([dy, dx]);
  }
  return shifts;
}

/**
 * Normalized differences between samples that lie `shift` apart, [B, H - dy, W - |dx|, C]. Pairs that reach out of the picture
 * are left out: neither of their ends counts.
 */
function difference(x: tf.Tensor, [dy, dx]: Shift): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const size: [number, number, number, number] = [batch, height - dy, width - Math.abs(dx), channels];
  const from = tf.slice(x, [0, 0, Math.max(0, -dx), 0], size);
  const to = tf.slice(x, [0, dy, Math.max(0, dx), 0], size);
  return normalizedDifference(tf.sub(to, from));
}

/** How many ends of every pair (p, p + shift) are at least `radius` away from the border: [1, H - dy, W - |dx|, 1]. */
function pairWeights(height: number, width: number, radius: number, [dy, dx]: Shift): tf.Tensor4D {
  const inside = (y: number, x: number): number =>
    y >= radius && y < height - radius && x >= radius && x < width - radius ? 1 : 0;
  const [rows, columns] = [height - dy, width - Math.abs(dx)];
  const weights = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = x + Math.max(0, -dx);
      weights[y * columns + x] = inside(y, from) + inside(y + dy, from + dx);
    }
  }
  return tf.tensor4d(weights, [1, rows, columns, 1]);
}

/** d / sqrt(0.81 + d^2), with its derivative written out: 0.81 / sqrt(0.81 + d^2)^3. */
export function normalizedDifference(d: tf.Tensor): tf.Tensor {
  return withGradient(d, (input) => {
    const root = tf.sqrt(tf.add(tf.square(input), differenceSoftness));
    return {
      value: tf.div(input, root),
      saved: [root],
      gradient: (dy, [kept]) => tf.div(tf.mul(dy, differenceSoftness), tf.mul(tf.square(kept!), kept!)),
    };
  });
}

/** e^2 / (0.1 + e^2), with its derivative written out: 0.2 e / (0.1 + e^2)^2. */
function boundedSquare(e: tf.Tensor): tf.Tensor {
  return withGradient(e, (input) => {
    const square = tf.square(input);
    const softened = tf.add(square, distanceSoftness);
    return {
      value: tf.div(square, softened),
      saved: [input, softened],
      gradient: (dy, [error, divisor]) => tf.div(tf.mul(dy, tf.mul(error!, 2 * distanceSoftness)), tf.square(divisor!)),
    };
  });
}
