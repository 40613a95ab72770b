import { splatForward } from '@vosvfi/ops';
import type * as tf from '@vosvfi/runtime/tf';
import { centred, type OperatorTask } from './operator-task.js';

/** Pixels move up to 8 pixels, and Z lies within -1..1. */
export const splatInputs: OperatorTask['inputs'] = ({ image, flow, metric }) => ({
  image: image!,
  flow: centred(flow!, 16),
  metric: centred(metric!, 2),
});

/** Softmax splatting. */
export function splat(image: tf.Tensor, flow: tf.Tensor, metric: tf.Tensor): tf.Tensor4D {
  return splatForward(image, flow, { mode: 'softmax', metric });
}
