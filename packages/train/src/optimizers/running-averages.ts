import type { Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { checkDecay } from '../check.js';

/** Which parameters are averages of what is seen, and how fast they follow. */
export interface RunningAverageOptions {
  readonly keys: readonly string[];
  /** Share of the new value at each step, in [0, 1); PyTorch's default for batch normalization, 0.1. */
  readonly momentum?: number;
}

/**
 * `optimizer` for all parameters but some that are running averages, such as the statistics of batch normalization: these
 * go the share `momentum` of the way that their "gradient" says, whatever the learning rate. A loss tells it as their
 * difference from what it has seen (`mastTrainingLoss` of `@vosvfi/vos` does). Such differences count in the
 * gradient's norm, so that clipping by it and running averages do not go well together.
 * @throws ConfigError naming an option that is out of range.
 */
export function withRunningAverages(optimizer: Optimizer, { keys, momentum = 0.1 }: RunningAverageOptions): Optimizer {
  checkDecay('runningAverages.momentum', momentum);
  const averages = new Set(keys);
  return {
    ...optimizer,
    id: `${optimizer.id}, running averages`,
    update: (parameter, gradient, slots, step, learningRate, key) => {
      if (key === undefined || !averages.has(key)) {
        return optimizer.update(parameter, gradient, slots, step, learningRate, key);
      }
      return { parameter: tf.sub(parameter, tf.mul(gradient, momentum)), slots: { ...slots } };
    },
  };
}
