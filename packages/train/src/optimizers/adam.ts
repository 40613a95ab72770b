import type { Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { checkDecay, checkNonNegative } from '../check.js';
import { type AdamFamilyOptions, biasCorrection, movingAverage, withL2 } from './moments.js';

function adamLike(id: 'adam' | 'adamw', options: AdamFamilyOptions): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  checkDecay(`${id}.beta1`, beta1);
  checkDecay(`${id}.beta2`, beta2);
  checkNonNegative(`${id}.epsilon`, epsilon);
  checkNonNegative(`${id}.weightDecay`, weightDecay);
  const decoupled = id === 'adamw';
  return {
    id,
    slots: ['m', 'v'],
    update: (parameter, gradient, slots, step, learningRate) => {
      const g = decoupled ? gradient : withL2(gradient, parameter, weightDecay);
      const m = movingAverage(slots.m as tf.Tensor, g, beta1);
      const v = movingAverage(slots.v as tf.Tensor, tf.square(g), beta2);
      const denominator = tf.add(tf.div(tf.sqrt(v), tf.sqrt(biasCorrection(beta2, step))), tf.scalar(epsilon));
      const rate = tf.div(learningRate, biasCorrection(beta1, step));
      const kept =
        decoupled && weightDecay !== 0
          ? tf.mul(parameter, tf.sub(tf.scalar(1), tf.mul(learningRate, tf.scalar(weightDecay))))
          : parameter;
      return { parameter: tf.sub(kept, tf.mul(rate, tf.div(m, denominator))), slots: { m, v } };
    },
  };
}

/**
 * Adam as `torch.optim.Adam`: weight decay is L2, added to the gradient; epsilon is added after the bias-corrected root.
 * @throws ConfigError naming an option that is out of range.
 */
export function adam(options: AdamFamilyOptions = {}): Optimizer {
  return adamLike('adam', options);
}

/**
 * AdamW as `torch.optim.AdamW`: weight decay is decoupled (the parameter shrinks by `learningRate * weightDecay`).
 * PyTorch's default decay is 0.01; here it is 0, the value of IFRNet's recipe.
 * @throws ConfigError naming an option that is out of range.
 */
export function adamW(options: AdamFamilyOptions = {}): Optimizer {
  return adamLike('adamw', options);
}
