import { correlationPyramid, lookupCorrelation } from '@vosvfi/ops';
import { delayUntil } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { RaftConfig } from './config.js';

/** Samples correlations around (x, y) [B, h, w, 2], in pixels of 1/8 of the frame. */
export type LookUp = (coordinates: tf.Tensor) => tf.Tensor4D;

/** Correlations of all pairs are kept up to this size, in bytes: frames of 1280 x 720 fit. */
const keptCorrelationBytes = 1.5 * 2 ** 30;

/** A strip of rows that is computed at a time. */
const stripBytes = 512 * 2 ** 20;

/** Bytes of the correlations of all pairs, all levels, for features of this size. */
function correlationBytes({ levels }: Pick<RaftConfig, 'levels'>, rows: number, columns: number): number {
  let places = 0;
  for (let level = 0; level < levels; level++)
    places += Math.floor(rows / 2 ** level) * Math.floor(columns / 2 ** level);
  return 4 * rows * columns * places;
}

/**
 * Makes correlations of all pairs of features [B, h, w, C] ready for look-ups. Those of large frames are not kept but
 * computed again in each look-up, a strip of rows after the other: the same values in bounded memory, for about four
 * times the time.
 * @param keptBytes What may be kept. Default: {@link keptCorrelationBytes}.
 */
export function correlate(
  { levels, radius }: Pick<RaftConfig, 'levels' | 'radius'>,
  from: tf.Tensor,
  to: tf.Tensor,
  keptBytes = keptCorrelationBytes,
): LookUp {
  const [batch, rows, columns, channels] = from.shape as [number, number, number, number];
  const bytes = batch * correlationBytes({ levels }, rows, columns);
  if (bytes <= keptBytes) {
    const pyramid = correlationPyramid(from, to, { levels });
    return (coordinates) => lookupCorrelation(pyramid, coordinates, { radius });
  }
  const height = Math.max(1, Math.floor((rows * Math.min(stripBytes, keptBytes)) / bytes));
  const starts = Array.from({ length: Math.ceil(rows / height) }, (_, index) => index * height);
  return (coordinates) => {
    // A strip waits for the one before it: all at once would be as large as what is not kept.
    let ready: tf.Tensor = coordinates;
    const looked = starts.map((start) => {
      const own = Math.min(height, rows - start);
      const strip = tf.slice(from, [0, start, 0, 0], [batch, own, columns, channels]);
      const at = tf.slice(coordinates, [0, start, 0, 0], [batch, own, columns, 2]);
      const found = lookupCorrelation(correlationPyramid(delayUntil(strip, ready), to, { levels }), at, { radius });
      ready = found;
      return found;
    });
    return tf.concat(looked, 1);
  };
}
