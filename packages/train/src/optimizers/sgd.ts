import { ConfigError } from '@vosvfi/core';
import type { Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { checkDecay, checkNonNegative } from '../check.js';
import { withL2 } from './moments.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** In [0, 1); default 0. */
  readonly momentum?: number;
  /** L2 penalty, added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** Nesterov's look-ahead; needs momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as `torch.optim.SGD` (dampening 0): velocity = momentum * velocity + gradient, and the
 * learning rate multiplies the velocity, not the gradient that enters it.
 * @throws ConfigError naming an option that is out of range.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, weightDecay = 0, nesterov = false } = options;
  checkDecay('sgd.momentum', momentum);
  checkNonNegative('sgd.weightDecay', weightDecay);
  if (nesterov && momentum === 0) throw new ConfigError('sgd.nesterov', 'needs momentum above 0, found momentum 0.');
  return {
    id: 'sgd',
    slots: momentum === 0 ? [] : ['velocity'],
    update: (parameter, gradient, slots, _step, learningRate) => {
      const g = withL2(gradient, parameter, weightDecay);
      if (momentum === 0) return { parameter: tf.sub(parameter, tf.mul(learningRate, g)), slots: {} };
      const velocity = tf.add(tf.mul(slots.velocity as tf.Tensor, tf.scalar(momentum)), g);
      const direction = nesterov ? tf.add(g, tf.mul(velocity, tf.scalar(momentum))) : velocity;
      return { parameter: tf.sub(parameter, tf.mul(learningRate, direction)), slots: { velocity } };
    },
  };
}
