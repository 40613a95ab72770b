import type { HostTensor, WeightMap } from '@vosvfi/core';
import type { Optimizer, TrainStep } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { checkDecay } from './check.js';

/** Hyper-parameters of an exponential moving average of weights. */
export interface EmaOptions {
  /** Share of the average that stays at each step, in [0, 1), such as 0.999. */
  readonly decay: number;
  /**
   * Lets the first steps count more: step n, from 1, keeps min(decay, (1 + n) / (10 + n)), as TensorFlow's
   * `ExponentialMovingAverage` with `num_updates`. Default true.
   */
  readonly warmUp?: boolean;
}

const slot = 'ema';
const prefix = `${slot}/`;

/**
 * `optimizer` with a moving average of each parameter as one more slot, so that the average is computed where the
 * parameters are, stays as it is when a step is left out, and is saved and restored with the optimizer's state.
 * Slots are zero at the start; {@link startEma} sets the averages to the weights.
 * @throws ConfigError naming an option that is out of range.
 */
export function withEma(optimizer: Optimizer, { decay, warmUp = true }: EmaOptions): Optimizer {
  checkDecay('ema.decay', decay);
  return {
    id: `${optimizer.id}, ema`,
    slots: [...optimizer.slots, slot],
    update: (parameter, gradient, slots, step, learningRate, key) => {
      const updated = optimizer.update(parameter, gradient, slots, step, learningRate, key);
      const average = slots[slot] as tf.Tensor;
      // 1 - (1 + n) / (10 + n) is 9 / (10 + n), which cancels nothing.
      const constant = tf.scalar(1 - decay);
      const rate = warmUp ? tf.maximum(constant, tf.div(tf.scalar(9), tf.add(step, tf.scalar(10)))) : constant;
      const next = tf.add(average, tf.mul(tf.sub(updated.parameter, average), rate));
      return { parameter: updated.parameter, slots: { ...updated.slots, [slot]: next } };
    },
  };
}

/** Slots of a training step, the moving averages apart. */
export interface SplitSlots {
  /** Keyed by parameter; absent without {@link withEma}. */
  readonly averages?: WeightMap;
  readonly others: WeightMap;
}

/** Takes the moving averages out of a training step's slots. */
export function splitSlots(slots: WeightMap): SplitSlots {
  const averages = new Map<string, HostTensor>();
  const others = new Map<string, HostTensor>();
  for (const [key, tensor] of slots) {
    if (key.startsWith(prefix)) averages.set(key.slice(prefix.length), tensor);
    else others.set(key, tensor);
  }
  return averages.size > 0 ? { averages, others } : { others };
}

/** The opposite of {@link splitSlots}: `averages` of the parameters `keys` and the other slots. */
export function joinSlots(
  others: WeightMap,
  averages: WeightMap | undefined,
  keys: Iterable<string>,
): Map<string, HostTensor> {
  const joined = new Map(others);
  for (const key of keys) {
    const average = averages?.get(key);
    if (average !== undefined) joined.set(prefix + key, average);
  }
  return joined;
}

/** Sets the moving averages of a step that has not run to its weights. Does nothing without {@link withEma}, or after steps. */
export async function startEma(trainStep: TrainStep): Promise<void> {
  await trainStep.settle();
  const { step, slots } = trainStep.state();
  const { averages, others } = splitSlots(slots);
  if (averages === undefined || step > 0) return;
  const weights = trainStep.weights();
  trainStep.restore(weights, { step, slots: joinSlots(others, weights, weights.keys()) });
}
