import type { Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { checkDecay, checkNonNegative } from '../check.js';
import { type AdamFamilyOptions, biasCorrection, movingAverage, withL2 } from './moments.js';

/**
 * Adamax as `torch.optim.Adamax`: the second moment is the decayed maximum of `|gradient| + epsilon`.
 * @throws ConfigError naming an option that is out of range.
 */
export function adamax(options: AdamFamilyOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  checkDecay('adamax.beta1', beta1);
  checkDecay('adamax.beta2', beta2);
  checkNonNegative('adamax.epsilon', epsilon);
  checkNonNegative('adamax.weightDecay', weightDecay);
  return {
    id: 'adamax',
    slots: ['m', 'u'],
    update: (parameter, gradient, slots, step, learningRate) => {
      const g = withL2(gradient, parameter, weightDecay);
      const m = movingAverage(slots.m as tf.Tensor, g, beta1);
      const u = tf.maximum(tf.mul(slots.u as tf.Tensor, tf.scalar(beta2)), tf.add(tf.abs(g), tf.scalar(epsilon)));
      const rate = tf.div(learningRate, biasCorrection(beta1, step));
      return { parameter: tf.sub(parameter, tf.mul(rate, tf.div(m, u))), slots: { m, u } };
    },
  };
}
