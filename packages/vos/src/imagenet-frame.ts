import { type Margins, padCentered } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

const mean = [0.485, 0.456, 0.406];
const standardDeviation = [0.229, 0.224, 0.225];

/** Normalizes RGB 0..1 [B, H, W, 3] by ImageNet's mean and standard deviation. */
export function normalizeFrame(frame: tf.Tensor): tf.Tensor4D {
  return tf.div(tf.sub(frame, tf.tensor1d(mean)), tf.tensor1d(standardDeviation));
}

/**
 * Normalizes a frame and then pads it with zeros, centred, to multiples of `multiple`, so that the margin has the
 * mean colour.
 */
export function normalizeAndPad(frame: tf.Tensor, multiple: number): { padded: tf.Tensor4D; margins: Margins } {
  return padCentered(normalizeFrame(frame), multiple, 'zeros');
}
