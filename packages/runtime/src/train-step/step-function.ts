import type { TensorFunction, TrainStepOptions } from '../engine.js';
import * as tf from '../tf.js';
import { differentiate } from './differentiate.js';
import { names } from './names.js';
import { update } from './update.js';

/**
 * One training step as a function of batch, parameters, optimizer state, step number and learning rate: the loss, its
 * gradient by every parameter, the gradient's global norm, and the updated parameters and state.
 */
export function stepFunction(options: TrainStepOptions): TensorFunction {
  return function trainStep(inputs, frozen) {
    const { total, terms, gradients } = differentiate(options, inputs, frozen);
    return { [names.total]: total, ...terms, ...update(options, inputs, gradients) };
  };
}

/**
 * The first part of a step whose batch comes in pieces: the loss of a micro-batch, and its gradients added to those of the
 * ones before.
 */
export function gradientFunction(options: TrainStepOptions): TensorFunction {
  return function accumulateGradients(inputs, frozen) {
    const { total, terms, gradients } = differentiate(options, inputs, frozen);
    const sums = [...options.parameters.keys()].map((key, i) => [
      names.updatedAccumulated(key),
      tf.add(inputs[names.accumulated(key)] as tf.Tensor, gradients[i] as tf.Tensor),
    ]);
    return { [names.total]: total, ...terms, ...Object.fromEntries(sums) };
  };
}

/** The second part: the update by the mean of the gradients that `count` micro-batches have left. */
export function updateFunction(options: TrainStepOptions, count: number): TensorFunction {
  return function applyGradients(inputs) {
    const means = [...options.parameters.keys()].map((key) =>
      tf.div(inputs[names.accumulated(key)] as tf.Tensor, count),
    );
    return update(options, inputs, means);
  };
}
