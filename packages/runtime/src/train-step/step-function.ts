import { ConfigError, ShapeError, TrainingError, type WeightMap } from '@vosvfi/core';
import type { Signature, TensorFunction, TrainStepOptions } from '../engine.js';
import type { TensorWeights } from '../network/index.js';
import * as tf from '../tf.js';

/** Names of a step's tensors: what the caller gives and gets is kept apart from what the step carries along. */
export const names = {
  input: (name: string) => `input/${name}`,
  parameter: (key: string) => `parameter/${key}`,
  slot: (slot: string, key: string) => `slot/${slot}/${key}`,
  updatedParameter: (key: string) => `updated/parameter/${key}`,
  updatedSlot: (slot: string, key: string) => `updated/slot/${slot}/${key}`,
  term: (term: string) => `term/${term}`,
  step: 'step',
  learningRate: 'learningRate',
  total: 'total',
  gradientNorm: 'gradientNorm',
};

/** Inputs of {@link stepFunction}. */
export function stepSignature({ signature, parameters, optimizer }: TrainStepOptions): Signature {
  const shaped = [...parameters].map(([key, { shape }]) => [key, { shape }] as const);
  return {
    ...Object.fromEntries(Object.entries(signature).map(([name, spec]) => [names.input(name), spec])),
    ...Object.fromEntries(shaped.map(([key, spec]) => [names.parameter(key), spec])),
    ...Object.fromEntries(
      optimizer.slots.flatMap((slot) => shaped.map(([key, spec]) => [names.slot(slot, key), spec])),
    ),
    [names.step]: { shape: [] },
    [names.learningRate]: { shape: [] },
  };
}

/**
 * One training step as a function of batch, parameters, optimizer state, step number and learning rate: the loss, its
 * gradient by every parameter, the gradient's global norm, and the updated parameters and state.
 */
export function stepFunction(options: TrainStepOptions): TensorFunction {
  const { optimizer, clipNorm } = options;
  assertTrainable(options.parameters);
  return function trainStep(inputs, frozen) {
    const keys = [...options.parameters.keys()];
    const parameters = keys.map((key) => inputs[names.parameter(key)] as tf.Tensor);
    const { total, terms, gradients } = differentiate(options, inputs, frozen, keys, parameters);
    const gradientNorm = globalNorm(gradients);
    // As PyTorch's clip_grad_norm_: the small constant keeps a zero gradient zero.
    const scale =
      clipNorm === undefined ? undefined : tf.minimum(tf.div(tf.scalar(clipNorm), tf.add(gradientNorm, 1e-6)), 1);
    const outputs: Record<string, tf.Tensor> = { [names.total]: total, [names.gradientNorm]: gradientNorm, ...terms };
    keys.forEach((key, i) => {
      const gradient = gradients[i] as tf.Tensor;
      const slots = optimizer.slots.map((slot) => [slot, inputs[names.slot(slot, key)] as tf.Tensor] as const);
      const updated = optimizer.update(
        parameters[i] as tf.Tensor,
        scale === undefined ? gradient : tf.mul(gradient, scale),
        Object.fromEntries(slots),
        inputs[names.step] as tf.Scalar,
        inputs[names.learningRate] as tf.Scalar,
      );
      outputs[names.updatedParameter(key)] = updated.parameter;
      for (const slot of optimizer.slots) outputs[names.updatedSlot(slot, key)] = updated.slots[slot] as tf.Tensor;
    });
    return outputs;
  };
}

function assertTrainable(parameters: WeightMap): void {
  if (parameters.size === 0) throw new ConfigError('parameters', 'there is nothing to train.');
  for (const [key, { dtype }] of parameters) {
    if (dtype !== 'float32') {
      throw new ConfigError(`parameters.${key}`, `only float32 can be trained, found ${dtype}.`, {
        hint: 'Give it in `frozen`.',
      });
    }
  }
}

interface Differentiated {
  readonly total: tf.Tensor;
  readonly terms: Record<string, tf.Tensor>;
  readonly gradients: tf.Tensor[];
}

function differentiate(
  { loss, signature }: TrainStepOptions,
  inputs: Readonly<Record<string, tf.Tensor>>,
  frozen: TensorWeights,
  keys: readonly string[],
  parameters: tf.Tensor[],
): Differentiated {
  const batch = Object.fromEntries(
    Object.keys(signature).map((name) => [name, inputs[names.input(name)] as tf.Tensor] as const),
  );
  let kept: [string, tf.Tensor][] = [];
  const { value, grads } = tf.engine().gradients(
    () => {
      const { total, terms = {} } = loss(
        new Map(keys.map((key, i) => [key, parameters[i] as tf.Tensor])),
        batch,
        frozen,
      );
      if (total.size !== 1) throw new ShapeError('Training loss', 'a scalar `total`', total.shape);
      // The tape frees what it does not need; the terms leave with the step.
      kept = Object.entries(terms).map(([name, term]) => [name, tf.keep(asScalar(`Loss term "${name}"`, term))]);
      return tf.reshape(total, []);
    },
    parameters,
    undefined,
    true,
  );
  const terms = kept.map(([name, term]) => {
    const copy = tf.clone(term);
    term.dispose();
    return [names.term(name), copy] as const;
  });
  return { total: value, terms: Object.fromEntries(terms), gradients: completeGradients(keys, grads) };
}

function asScalar(subject: string, term: tf.Tensor): tf.Tensor {
  if (term.size !== 1) throw new ShapeError(subject, 'a scalar', term.shape);
  // A copy of its own: keeping the loss's tensor itself would keep it from being freed if it is `total`.
  return tf.clone(tf.reshape(term, []));
}

/** @throws TrainingError naming parameters that the loss does not depend on. */
function completeGradients(keys: readonly string[], gradients: readonly (tf.Tensor | null | undefined)[]): tf.Tensor[] {
  const unreached = keys.filter((_, i) => !gradients[i]);
  if (unreached.length > 0) {
    const shown = unreached.slice(0, 5).join('", "');
    const rest = unreached.length > 5 ? ` and ${unreached.length - 5} more` : '';
    throw new TrainingError(`The loss does not depend on parameter "${shown}"${rest}.`, {
      hint: 'Leave such tensors out of `parameters`; give them in `frozen` if the network reads them.',
    });
  }
  return gradients as tf.Tensor[];
}

function globalNorm(gradients: readonly tf.Tensor[]): tf.Tensor {
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
}
