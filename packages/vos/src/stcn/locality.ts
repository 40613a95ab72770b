import * as tf from '@vosvfi/runtime/tf';

/** The side of a grid along which places are 0 to 1. */
function places(count: number, longer: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i + 0.5) / longer);
}

/**
 * Keys with the place of each cell as two more channels, so that the similarity that `readMemory` computes of two such keys
 * is that of the keys alone less |p - q|^2 / (2 sigma^2), p and q being places in units of the grid's longer side: what
 * is near is read first. (A key's own square stays out of it, as everywhere in STCN's similarity: it is the same for all
 * cells.)
 *
 * @param keys [B, h, w, C].
 * @param sigma Distance at which the similarity is less by one half.
 * @returns [B, h, w, C + 2].
 */
export function withPlaces(keys: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const [batch, height, width, channels] = keys.shape;
  const longer = Math.max(height, width);
  // Similarity is divided by the square root of the channels, which are more now.
  const root = Math.sqrt(channels + 2);
  const gain = Math.sqrt(root / (2 * sigma * sigma));
  const columns = tf.tensor(places(width, longer), [1, 1, width, 1]);
  const rows = tf.tensor(places(height, longer), [1, height, 1, 1]);
  const shape: [number, number, number, number] = [batch, height, width, 1];
  const scaled = tf.mul(keys, Math.sqrt(root / Math.sqrt(channels)));
  const grid = [columns, rows].map((place) => tf.mul(tf.add(tf.zeros(shape), place), gain));
  return tf.concat([scaled, ...grid], 3) as tf.Tensor4D;
}
