import { ConfigError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, rank4 } from './shape-checks.js';

/**
 * Scalar products of every pixel's features with those displaced by up to `radius`, zeros outside, [B, H, W, K]. The K
 * displacements go row by row. Gradients go to both pictures.
 *
 * @param subject Named in errors.
 */
export function displacedProducts(subject: string, fmap1: tf.Tensor, fmap2: tf.Tensor, radius: number): tf.Tensor4D {
  if (!Number.isInteger(radius) || radius < 0) {
    throw new ConfigError(`${subject} radius`, `expected an integer from 0 on, found ${radius}.`);
  }
  const first = rank4(`${subject} fmap1`, fmap1);
  expectShape(`${subject} fmap2`, fmap2, first.shape);
  const correlate = tf.customGrad((...given) => {
    const [a, b, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([a, b]);
    return {
      value: products(a, b, radius),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => productGradients(saved as [tf.Tensor, tf.Tensor], dy, radius),
    };
  });
  const planes = correlate(tf.transpose(first, [0, 3, 1, 2]), tf.transpose(fmap2, [0, 3, 1, 2]));
  return tf.transpose(planes, [0, 2, 3, 1]) as tf.Tensor4D;
}

/** (right, down) of every displacement, in the order of the channels. */
export function displacements(radius: number): (readonly [right: number, down: number])[] {
  const along = Array.from({ length: 2 * radius + 1 }, (_, index) => index - radius);
  return along.flatMap((down) => along.map((right) => [right, down] as const));
}

/** Planes [B, C, H, W] moved so that each place shows what lies (right, down) of it, zeros outside. */
function mover(planes: tf.Tensor, radius: number): (right: number, down: number) => tf.Tensor {
  const both: [number, number] = [radius, radius];
  const padded = tf.pad(planes, [[0, 0], [0, 0], both, both]);
  return (right, down) => tf.slice(padded, [0, 0, radius + down, radius + right], planes.shape);
}

function products(a: tf.Tensor, b: tf.Tensor, radius: number): tf.Tensor {
  const moved = mover(b, radius);
  return tf.concat(
    displacements(radius).map((by) => tf.sum(tf.mul(a, moved(...by)), 1, true)),
    1,
  );
}

function productGradients([a, b]: [tf.Tensor, tf.Tensor], dy: tf.Tensor, radius: number): [tf.Tensor, tf.Tensor] {
  const [movedA, movedB] = [mover(a, radius), mover(b, radius)];
  const slopes = tf.split(dy, dy.shape[1]!, 1);
  const terms = displacements(radius).map(([right, down], channel) => {
    const slope = slopes[channel]!;
    // A place of the second picture was met by the pixel on the opposite side.
    const opposite = tf.mul(mover(slope, radius)(-right, -down), movedA(-right, -down));
    return [tf.mul(slope, movedB(right, down)), opposite] as const;
  });
  return terms.reduce(([sumA, sumB], [termA, termB]) => [tf.add(sumA, termA), tf.add(sumB, termB)] as const) as [
    tf.Tensor,
    tf.Tensor,
  ];
}
