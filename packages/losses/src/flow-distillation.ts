import { ShapeError } from '@vosvfi/core';
import { resizeBilinear, stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { adaptiveCharbonnierLoss } from './charbonnier.js';

/**
 * How far a predicted flow can be trusted to agree with a given one: exp(-beta * endpoint error) per pixel. A constant
 * for differentiation.
 *
 * @param flow [B, H, W, 2] in pixels.
 * @param target [B, H, W, 2] in pixels.
 * @param beta IFRNet's 0.3 by default.
 * @returns [B, H, W, 1] in (0, 1].
 */
export function robustWeight(flow: tf.Tensor, target: tf.Tensor, beta = 0.3): tf.Tensor4D {
  const difference = tf.sub(stopGradient(flow), stopGradient(target));
  const error = tf.sqrt(tf.sum(tf.square(difference), 3, true));
  return tf.exp(tf.mul(error, -beta)) as tf.Tensor4D;
}

/**
 * Task-oriented flow distillation of IFRNet (eq. 8 and 9): the flows of the coarser levels follow a teacher's flow,
 * strictly where the finest flow agrees with it and loosely elsewhere. The finest flow itself takes no gradient.
 *
 * @param flowsT0 Predicted flows to frame 0, finest first: [B, H, W, 2], then 1/2, 1/4, ... of the size, in pixels of their level.
 * @param flowsT1 Predicted flows to frame 1, likewise.
 * @param teacher [B, H, W, 4]: flow to frame 0 (x, y), flow to frame 1 (x, y), in pixels.
 * @returns The sum over levels and directions of {@link adaptiveCharbonnierLoss}, not yet weighted.
 * @throws ShapeError if the teacher does not have the size of the finest flow.
 */
export function flowDistillationLoss(
  flowsT0: readonly tf.Tensor[],
  flowsT1: readonly tf.Tensor[],
  teacher: tf.Tensor,
): tf.Scalar {
  const finest = flowsT0[0];
  const [batch, height, width] = finest?.shape ?? [];
  if (teacher.shape.join() !== [batch, height, width, 4].join()) {
    throw new ShapeError('flowDistillationLoss teacher', `[${batch}, ${height}, ${width}, 4]`, teacher.shape);
  }
  const [teacher0, teacher1] = tf.split(teacher, 2, 3) as [tf.Tensor, tf.Tensor];
  return tf.add(distillDirection(flowsT0, teacher0), distillDirection(flowsT1, teacher1));
}

function distillDirection([finest, ...coarser]: readonly tf.Tensor[], teacher: tf.Tensor): tf.Scalar {
  if (finest === undefined || coarser.length === 0) {
    throw new ShapeError('flowDistillationLoss flows', 'at least two levels', `${coarser.length}`);
  }
  const weight = robustWeight(finest, teacher);
  const terms = coarser.map((flow) => {
    const [height, width] = [teacher.shape[1]!, teacher.shape[2]!];
    const full = tf.mul(resizeBilinear(flow, [height, width]), height / flow.shape[1]!);
    return adaptiveCharbonnierLoss(tf.sub(full, teacher), weight);
  });
  return terms.reduce((sum, term) => tf.add(sum, term));
}
