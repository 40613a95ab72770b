import type { HostTensor } from '@vosvfi/core';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleContext, OracleResult } from '../case.js';
import { runFunction, toStored } from './run-function.js';

/** Tensors by name. */
export type Named = Readonly<Record<string, tf.Tensor>>;

/** One of the folder's losses, with what is computed on the way. */
export interface MastPass {
  readonly name: string;
  readonly inputs: Readonly<Record<string, HostTensor>>;
  /** Inputs whose gradients are stored, under the stored names. */
  readonly differentiated: Readonly<Record<string, string>>;
  /** Values by stored name; others may be among them. */
  readonly values: (inputs: Named, weights: TensorWeights) => Record<string, tf.Tensor>;
  readonly loss: (inputs: Named, weights: TensorWeights) => tf.Scalar;
}

const parameterMark = 'parameter:';

/** Gradients by all parameters that are trained, and by the stored inputs. */
function gradientsOf(
  { name, differentiated, loss }: MastPass,
  inputs: Named,
  weights: TensorWeights,
): Record<string, tf.Tensor> {
  const names = Object.keys(differentiated);
  const keys = [...weights.keys()].filter((key) => !key.includes('.running_'));
  const gradients = tf.grads((...given: tf.Tensor[]) => {
    const changed = Object.fromEntries(names.map((input, index) => [input, given[index] as tf.Tensor]));
    const trained = keys.map((key, index) => [key, given[names.length + index] as tf.Tensor] as const);
    return loss({ ...inputs, ...changed }, new Map([...weights, ...trained]));
  })([...names.map((input) => inputs[input] as tf.Tensor), ...keys.map((key) => weights.get(key) as tf.Tensor)]);
  const stored = [
    ...names.map((input) => `${name}.grad.${differentiated[input]}`),
    ...keys.map((key) => parameterMark + key),
  ];
  return Object.fromEntries(stored.map((key, index) => [key, gradients[index] as tf.Tensor]));
}

async function runPass(context: OracleContext, pass: MastPass) {
  const outputs = await runFunction(
    context,
    (inputs, weights) => ({ ...pass.values(inputs, weights), ...gradientsOf(pass, inputs, weights) }),
    pass.inputs,
  );
  const isParameter = ([name]: [string, HostTensor]): boolean => name.startsWith(parameterMark);
  const gradients = new Map(
    Object.entries(outputs)
      .filter(isParameter)
      .map(([name, tensor]) => [name.slice(parameterMark.length), tensor] as const),
  );
  const tensors = new Map([
    ...toStored(Object.fromEntries(Object.entries(outputs).filter((entry) => !isParameter(entry)))),
    ...[...gradients].map(([key, tensor]) => [`${pass.name}.grad.param.${key}`, tensor] as const),
  ]);
  return { tensors, gradients };
}

/** Runs passes one after another. */
export async function runPasses(context: OracleContext, passes: readonly MastPass[]): Promise<OracleResult> {
  const tensors = new Map<string, HostTensor>();
  const paramGrads = new Map<string, ReadonlyMap<string, HostTensor>>();
  for (const pass of passes) {
    const result = await runPass(context, pass);
    for (const [name, tensor] of result.tensors) tensors.set(name, tensor);
    paramGrads.set(pass.name, result.gradients);
  }
  return { tensors, paramGrads };
}
