import { rgbToLab } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/** What the encoder sees of frames [B, H, W, 3] RGB 0..1: (L - 50) / 50, a / 127, b / 127. Differentiable. */
export function normalizeLab(frame: tf.Tensor): tf.Tensor4D {
  return tf.div(tf.sub(rgbToLab(frame), tf.tensor1d([50, 0, 0])), tf.tensor1d([50, 127, 127]));
}
