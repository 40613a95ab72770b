import type { HostTensor, WeightMap } from '@vosvfi/core';
import type { ActivationObserver } from '@vosvfi/models/ifrnet';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { crop, relativeL2 } from '@vosvfi/testing';
import type { OracleContext, OracleResult } from '../case.js';
import { type BiasOf, findKinks, settleKinks } from './kinks.js';
import { runFunction, toStored, withCompiled } from './run-function.js';

/** Tensors by name. */
export type Named = Readonly<Record<string, tf.Tensor>>;
type HostTensors = Readonly<Record<string, HostTensor>>;

/** Marks weights among the inputs; values before activations and gradients of weights and of inputs among the outputs. */
const marks = { parameter: 'parameter:', activation: 'activation:', gradient: 'gradient:', input: 'input:' } as const;

/** What one label of a network's folder computes. */
export interface Label {
  readonly name: string;
  readonly inputs: HostTensors;
  /** Inputs whose gradients are stored, under the stored names. */
  readonly differentiated: Readonly<Record<string, string>>;
  /** Values to compare by stored name, without gradients; what the folder does not store is left out. */
  readonly values: (inputs: Named, weights: TensorWeights, observe: ActivationObserver) => Record<string, tf.Tensor>;
  readonly loss: (inputs: Named, weights: TensorWeights) => tf.Scalar;
  /** Parameters that the loss depends on. Default: all. */
  readonly isReached?: (key: string) => boolean;
  /** Biases of observed values that are not those of the observed convolution. */
  readonly biasOf?: BiasOf;
}

function withPrefix(prefix: string, entries: Iterable<readonly [string, HostTensor]>): Record<string, HostTensor> {
  return Object.fromEntries([...entries].map(([key, tensor]) => [prefix + key, tensor]));
}

/** Entries whose names start with `prefix`, without it. */
function underPrefix<T>(prefix: string, tensors: Readonly<Record<string, T>>): Map<string, T> {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function valuesOf({ values }: Label): TensorFunction {
  return (inputs, weights) => {
    const activations: Record<string, tf.Tensor> = {};
    const observe: ActivationObserver = (key, value) => {
      activations[marks.activation + key] = value;
    };
    return { ...values(inputs, weights, observe), ...activations };
  };
}

/** Gradients of the loss; the weights are inputs, so that it is compiled once for several of them. */
function gradientsOf({ loss, differentiated, isReached = () => true }: Label): TensorFunction {
  return (inputs) => {
    const weights = underPrefix(marks.parameter, inputs);
    const names = Object.keys(differentiated);
    const keys = [...weights.keys()].filter(isReached);
    const gradients = tf.grads((...given: tf.Tensor[]) => {
      const changed = Object.fromEntries(names.map((name, index) => [name, given[index]!]));
      return loss(
        { ...inputs, ...changed },
        new Map([...weights, ...keys.map((key, index) => [key, given[names.length + index]!] as const)]),
      );
    })([...names.map((name) => inputs[name]!), ...keys.map((key) => weights.get(key)!)]);
    return Object.fromEntries([
      ...names.map((name, index) => [marks.input + differentiated[name]!, gradients[index]!] as const),
      ...keys.map((key, index) => [marks.gradient + key, gradients[names.length + index]!] as const),
    ]);
  };
}

/** Gradients under their stored names. */
function storedGradients({ tensors }: OracleContext, label: Label, outputs: HostTensors): Map<string, HostTensor> {
  const parameters = underPrefix(marks.gradient, outputs);
  const others = underPrefix(marks.input, outputs);
  const named = [
    ...[...toStored(Object.fromEntries(others))].map(
      ([name, tensor]) => [`${label.name}.grad.${name}`, tensor] as const,
    ),
    ...[...parameters].map(([key, tensor]) => [`${label.name}.grad.param.${key}`, tensor] as const),
  ];
  return new Map(named.filter(([name]) => tensors.has(name)));
}

/** Largest relative error of the stored gradients, each compared where it is stored (from the first corner on). */
function worstError({ tensors }: OracleContext, gradients: ReadonlyMap<string, HostTensor>): number {
  const errors = [...gradients].map(([name, gradient]) => {
    const expected = tensors.get(name)!;
    const corner = crop(
      gradient,
      expected.shape.map((extent) => [0, extent]),
    );
    return relativeL2(corner.data, expected.data);
  });
  return Math.max(...errors);
}

/** Largest error of a gradient that needs no second look; half of what the comparison allows. */
const settledError = 5e-5;

async function runLabel(context: OracleContext, label: Label) {
  const values = await runFunction(context, valuesOf(label), label.inputs);
  const kinks = findKinks(underPrefix(marks.activation, values), label.biasOf);
  const inputsFor = (weights: WeightMap) => ({ ...label.inputs, ...withPrefix(marks.parameter, weights) });
  const { result: gradients, settled } = await withCompiled(
    context,
    gradientsOf(label),
    inputsFor(context.weights),
    (compiled) =>
      settleKinks(
        context.weights,
        kinks,
        settledError,
        (weights) => compiled.run(inputsFor(weights)),
        (outputs) => worstError(context, storedGradients(context, label, outputs)),
      ),
  );
  const stored = [...toStored(values)].filter(([name]) => context.tensors.has(name));
  return {
    tensors: [...stored, ...storedGradients(context, label, gradients)],
    gradients: underPrefix(marks.gradient, gradients),
    settled,
  };
}

/** Runs labels one after another; of what several compute, the last one's counts. */
export async function runLabels(context: OracleContext, labels: readonly Label[]): Promise<OracleResult> {
  const tensors = new Map<string, HostTensor>();
  const paramGrads = new Map<string, ReadonlyMap<string, HostTensor>>();
  const remarks: string[] = [];
  for (const label of labels) {
    const result = await runLabel(context, label);
    for (const [name, tensor] of result.tensors) tensors.set(name, tensor);
    paramGrads.set(label.name, result.gradients);
    if (result.settled > 0) {
      remarks.push(
        `${label.name}: ${result.settled} values at the kink of an activation were put on the reference's side`,
      );
    }
  }
  return { tensors, paramGrads, remarks };
}
