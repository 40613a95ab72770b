import { ShapeError, TrainingError } from '@vosvfi/core';
import type { TrainStepOptions } from '../engine.js';
import * as tf from '../tf.js';
import { parametersOf } from './differentiate.js';
import { names } from './names.js';

/** The gradients' global norm, and parameters and optimizer state after one update. */
export function update(
  options: TrainStepOptions,
  inputs: Readonly<Record<string, tf.Tensor>>,
  gradients: readonly tf.Tensor[],
): Record<string, tf.Tensor> {
  const { optimizer, clipNorm } = options;
  const parameters = parametersOf(options, inputs);
  const gradientNorm = globalNorm(gradients);
  // As PyTorch's clip_grad_norm_: the small constant keeps a zero gradient zero.
  const scale =
    clipNorm === undefined ? undefined : tf.minimum(tf.div(tf.scalar(clipNorm), tf.add(gradientNorm, 1e-6)), 1);
  const outputs: Record<string, tf.Tensor> = { [names.gradientNorm]: gradientNorm };
  [...options.parameters.keys()].forEach((key, i) => {
    const [parameter, gradient] = [parameters[i] as tf.Tensor, gradients[i] as tf.Tensor];
    const slots = optimizer.slots.map((slot) => [slot, inputs[names.slot(slot, key)] as tf.Tensor] as const);
    const updated = optimizer.update(
      parameter,
      scale === undefined ? gradient : tf.mul(gradient, scale),
      Object.fromEntries(slots),
      inputs[names.step] as tf.Scalar,
      inputs[names.learningRate] as tf.Scalar,
      key,
    );
    const checked = (what: string, tensor: tf.Tensor | undefined) =>
      assertShape(`Optimizer "${optimizer.id}", ${what} of "${key}"`, tensor, parameter.shape);
    outputs[names.updatedParameter(key)] = checked('new parameter', updated.parameter);
    for (const slot of optimizer.slots) {
      outputs[names.updatedSlot(slot, key)] = checked(`new slot "${slot}"`, updated.slots[slot]);
    }
  });
  return outputs;
}

/** What an optimizer returns is read back at the next step: it must be there and keep its shape. */
function assertShape(subject: string, tensor: tf.Tensor | undefined, shape: readonly number[]): tf.Tensor {
  if (!(tensor instanceof tf.Tensor)) throw new TrainingError(`${subject}: expected a tensor, found ${typeof tensor}.`);
  if (tensor.shape.join() !== shape.join()) throw new ShapeError(subject, `[${shape.join(', ')}]`, tensor.shape);
  return tensor;
}

function globalNorm(gradients: readonly tf.Tensor[]): tf.Tensor {
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
}
