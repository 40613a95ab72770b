import * as tf from '@vosvfi/runtime/tf';

/** One axis of resized regions. */
export interface RoiAxis {
  /** Output samples. */
  readonly output: number;
  /** Samples of the picture. */
  readonly extent: number;
}

/** How RoIAlign samples. */
export interface RoiSampling {
  /** Samples in an output cell along one axis; undefined: as many as whole pixels fit in, rounded up. */
  readonly samplingRatio: number | undefined;
  /** False: regions are at least one pixel. */
  readonly aligned: boolean;
}

/** Samples more than half a pixel apart: no more than these lie within a pixel of one place. One is for rounding. */
const samplesNearPixel = 5;

/** Bilinear share, of a sample at `position`, of the pixel `place` away: 1 - |distance|, not below 0. */
function hat(distance: tf.Tensor): tf.Tensor {
  return tf.relu(tf.sub(1, tf.abs(distance)));
}

/** Pixel coordinates [1, 1, extent]. */
function pixelsOf(extent: number): tf.Tensor {
  return tf.reshape(tf.range(0, extent, 1, 'float32'), [1, 1, extent]);
}

/** Shares of the picture's pixels in samples at `position` [K, output], clamped into the picture: [K, output, extent]. */
export function clampedSamples(position: tf.Tensor, { extent }: RoiAxis): tf.Tensor3D {
  const clamped = tf.clipByValue(position, 0, extent - 1);
  return hat(tf.sub(tf.expandDims(clamped, 2), pixelsOf(extent))) as tf.Tensor3D;
}

/**
 * Matrices [K, output, extent] of RoIAlign along one axis: means of bilinear samples in equal cells. Samples up to one
 * pixel outside take the edge, those further outside count as 0.
 *
 * @param start First coordinate of every region, [K].
 * @param end Last coordinate, [K].
 */
export function roiAlignMatrix(
  start: tf.Tensor,
  end: tf.Tensor,
  axis: RoiAxis,
  { samplingRatio, aligned }: RoiSampling,
): tf.Tensor3D {
  const { output, extent } = axis;
  const size = aligned ? tf.sub(end, start) : tf.maximum(tf.sub(end, start), 1);
  const cell = tf.div(size, output);
  const cells = tf.reshape(tf.range(0, output, 1, 'float32'), [1, output]);
  const first = tf.add(tf.expandDims(start, 1), tf.mul(tf.expandDims(cell, 1), cells));
  const share = (position: tf.Tensor): tf.Tensor => {
    const inside = tf.logicalAnd(tf.greaterEqual(position, -1), tf.lessEqual(position, extent));
    return tf.mul(hat(tf.sub(tf.clipByValue(position, 0, extent - 1), pixelsOf(extent))), tf.cast(inside, 'float32'));
  };
  if (samplingRatio !== undefined) {
    const shares = Array.from({ length: samplingRatio }, (_, index) => {
      const within = tf.mul(tf.expandDims(cell, 1), (index + 0.5) / samplingRatio);
      return share(tf.expandDims(tf.add(first, within), 2));
    });
    return tf.div(tf.addN(shares), samplingRatio) as tf.Tensor3D;
  }
  return adaptiveMeans(first, cell, extent, share);
}

/**
 * The number of samples in a cell follows the region and has no bound, but only those within a pixel of a place count
 * for it: they are a few in a row, wherever they begin.
 */
function adaptiveMeans(
  first: tf.Tensor,
  cell: tf.Tensor,
  extent: number,
  share: (position: tf.Tensor) => tf.Tensor,
): tf.Tensor3D {
  const count = tf.reshape(tf.ceil(cell), [-1, 1, 1]);
  // Regions without samples (of negative size) have no share anywhere.
  const spacing = tf.div(tf.reshape(cell, [-1, 1, 1]), tf.maximum(count, 1));
  const begin = tf.expandDims(first, 2);
  const least = tf.sub(tf.div(tf.sub(tf.sub(pixelsOf(extent), 1), begin), tf.maximum(spacing, 1e-6)), 0.5);
  // A single sample may lie anywhere in its cell.
  const earliest = tf.where(tf.greater(count, 1), tf.maximum(tf.ceil(tf.sub(least, 1e-3)), 0), tf.zerosLike(least));
  const shares = Array.from({ length: samplesNearPixel }, (_, index) => {
    const sample = tf.add(earliest, index);
    const exists = tf.cast(tf.less(sample, count), 'float32');
    const position = tf.add(begin, tf.mul(tf.add(sample, 0.5), spacing));
    return tf.mul(share(position), exists);
  });
  return tf.div(tf.addN(shares), tf.maximum(count, 1)) as tf.Tensor3D;
}
