import { createRandom, type HostTensor } from '@vosvfi/core';
import type { Signature, TensorFunction } from '../../src/engine.js';
import * as tf from '../../src/tf.js';
import type { NamedTrial, Run } from './trial.js';

/** Runs a function once on some engine. */
export type RunOnce = (
  fn: TensorFunction,
  signature: Signature,
  inputs: Readonly<Record<string, HostTensor>>,
) => Promise<Record<string, HostTensor>>;

/** What of a trial is computed. */
export type Part = 'values' | 'gradients';

/** What one run of some trials takes. */
export interface Batch {
  readonly fn: TensorFunction;
  readonly signature: Signature;
  readonly inputs: Readonly<Record<string, HostTensor>>;
}

/**
 * Trials as one function; its outputs are named `${index of the trial}/${value or gradient}`.
 * @param expected True for what is right (`reference`, where a trial has one) instead of what is tested.
 */
export function batchOf(trials: readonly NamedTrial[], parts: readonly Part[], expected: boolean): Batch {
  const named = trials.flatMap(({ inputs }, i) => inputs.map((tensor, j) => [`${i}/${j}`, tensor] as const));
  const fn: TensorFunction = (inputs) => {
    const outputs: Record<string, tf.Tensor> = {};
    trials.forEach((trial, i) => {
      const tensors = trial.inputs.map((_, j) => inputs[`${i}/${j}`] as tf.Tensor);
      const run = (expected && trial.reference) || trial.run;
      const values = parts.includes('values') ? [run(...tensors)].flat() : [];
      values.forEach((value, j) => {
        outputs[`${i}/value ${j}`] = value;
      });
      const by = trial.by ?? [];
      const gradients = parts.includes('gradients') && by.length > 0 ? gradientsOf(run, tensors, by) : [];
      gradients.forEach((gradient, j) => {
        outputs[`${i}/gradient by input ${by[j]}`] = gradient;
      });
    });
    return outputs;
  };
  const signature = Object.fromEntries(named.map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
  return { fn, signature, inputs: Object.fromEntries(named) };
}

/** Gradients of a sum with fixed random weights: every output element weighs differently. */
function gradientsOf(run: Run, tensors: readonly tf.Tensor[], by: readonly number[]): tf.Tensor[] {
  const random = createRandom(17);
  const weighted = (y: tf.Tensor) => {
    const weights = Float32Array.from({ length: y.size }, () => random.uniform(-1, 1));
    // Flat: not every engine multiplies tensors of seven axes.
    return tf.sum(tf.mul(tf.reshape(y, [-1]), tf.tensor1d(weights)));
  };
  const total = (...varied: tf.Tensor[]) => {
    const all = tensors.map((tensor, i) => (by.includes(i) ? (varied[by.indexOf(i)] as tf.Tensor) : tensor));
    return [run(...all)]
      .flat()
      .map(weighted)
      .reduce((sum, term) => tf.add(sum, term));
  };
  return tf.grads(total)(by.map((i) => tensors[i] as tf.Tensor));
}
