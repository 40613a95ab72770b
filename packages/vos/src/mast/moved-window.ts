import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/** Shape of a picture and the windows in it. */
export interface WindowShape {
  readonly height: number;
  readonly width: number;
  readonly radius: number;
  /** What the ends -1 and 1 of PyTorch's `grid_sample` mean, see `alignCorners` of the colorizer. */
  readonly alignCorners: boolean;
}

/** Windows of (2 radius + 1)^2 samples around moved places, between whole places of a picture. N windows. */
export interface MovedWindows {
  /** Bilinear shares of the whole places in each row of samples, [N, samples, places down]; zero outside the picture. */
  readonly down: tf.Tensor3D;
  /** Likewise for columns, [N, samples, places across]. */
  readonly across: tf.Tensor3D;
  /** The whole places around each window, row by row, as int32 indices into the picture: [N, places down * across]. */
  readonly places: tf.Tensor2D;
}

/** Along one axis: whole places around the window, and their shares. */
interface AxisWindows {
  /** Moved into the picture, float32 [N, places]. */
  readonly places: tf.Tensor2D;
  /** [N, samples, places]. */
  readonly shares: tf.Tensor3D;
}

/** `centre` [N, 1] counts in samples of the picture, whose axis has `extent`. */
function axisWindows(centre: tf.Tensor2D, extent: number, { radius, alignCorners }: WindowShape): AxisWindows {
  const samples = 2 * radius + 1;
  // The official code scales to -1..1 for aligned corners; read without, the picture is magnified about its centre.
  const step = alignCorners || extent === 1 ? 1 : extent / (extent - 1);
  const first = tf.sub(tf.mul(tf.sub(centre, radius), step), alignCorners ? 0 : 0.5);
  const floor = tf.floor(stopGradient(first));
  const count = Math.ceil((samples - 1) * step) + 2;
  const wanted: tf.Tensor = tf.add(floor, tf.range(0, count, 1, 'float32'));
  const places = tf.clipByValue(wanted, 0, extent - 1) as tf.Tensor2D;
  const isInside = tf.cast(tf.equal(places, wanted), 'float32');
  const position = tf.add(tf.sub(first, floor), tf.mul(tf.range(0, samples, 1, 'float32'), step));
  const distance = tf.abs(tf.sub(tf.expandDims(position, 2), tf.range(0, count, 1, 'float32')));
  const shares = tf.mul(tf.relu(tf.sub(1, distance)), tf.expandDims(isInside, 1));
  return { places, shares: shares as tf.Tensor3D };
}

/**
 * The windows around `centre` [N, 2] (x, y); differentiable in it, as PyTorch's `grid_sample` with zero padding.
 */
export function movedWindows(centre: tf.Tensor2D, shape: WindowShape): MovedWindows {
  const [x, y] = tf.split(centre, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const across = axisWindows(x, shape.width, shape);
  const down = axisWindows(y, shape.height, shape);
  const rows = tf.mul(tf.expandDims(down.places, 2), shape.width);
  const places = tf.cast(tf.add(rows, tf.expandDims(across.places, 1)), 'int32');
  return {
    down: down.shares,
    across: across.shares,
    places: tf.reshape(places, [centre.shape[0], -1]) as tf.Tensor2D,
  };
}

/** Samples [N, samples^2] of what the windows' places hold, [N, places]. */
export function sampleWindows({ down, across }: MovedWindows, held: tf.Tensor2D): tf.Tensor2D {
  const [count, , rows] = down.shape;
  const patch = tf.reshape(held, [count, rows, across.shape[2]]);
  return tf.reshape(tf.matMul(tf.matMul(down, patch), across, false, true), [count, -1]) as tf.Tensor2D;
}

/** What weights [N, samples^2] of samples mean for the windows' places: the transpose of {@link sampleWindows}. */
export function spreadToPlaces({ down, across }: MovedWindows, weights: tf.Tensor2D): tf.Tensor2D {
  const [count, samples] = down.shape;
  const grid = tf.reshape(weights, [count, samples, samples]);
  return tf.reshape(tf.matMul(tf.matMul(down, grid, true, false), across), [count, -1]) as tf.Tensor2D;
}
