import { ShapeError, TrainingError } from '@vosvfi/core';
import type { TrainStepOptions } from '../engine.js';
import type { TensorWeights } from '../network/index.js';
import * as tf from '../tf.js';
import { names } from './names.js';

/** A loss with its gradients. */
export interface Differentiated {
  readonly total: tf.Tensor;
  /** By the names that leave the step. */
  readonly terms: Record<string, tf.Tensor>;
  /** In the order of the parameters. */
  readonly gradients: tf.Tensor[];
}

/** The parameters among a step's inputs, in their order. */
export function parametersOf(
  { parameters }: TrainStepOptions,
  inputs: Readonly<Record<string, tf.Tensor>>,
): tf.Tensor[] {
  return [...parameters.keys()].map((key) => inputs[names.parameter(key)] as tf.Tensor);
}

/**
 * The loss and its gradient by every parameter.
 * @throws TrainingError naming parameters that the loss does not depend on; ShapeError for what is no scalar.
 */
export function differentiate(
  options: TrainStepOptions,
  inputs: Readonly<Record<string, tf.Tensor>>,
  frozen: TensorWeights,
): Differentiated {
  const { loss, signature } = options;
  const keys = [...options.parameters.keys()];
  const parameters = parametersOf(options, inputs);
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
