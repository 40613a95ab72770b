import type { HostTensor } from '@vosvfi/core';
import {
  conv2d,
  convTranspose2d,
  linear,
  type SpectralNormOptions,
  type SpectralState,
  spectralNorm,
} from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { toChannelsFirst } from '@vosvfi/testing';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;

/** A layer of the folder. */
interface Layer {
  readonly options: SpectralNormOptions;
  readonly apply: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.Tensor;
}

const strided = { stride: 2, padding: 1 };

const layers: Readonly<Record<string, Layer>> = {
  conv: { options: {}, apply: (x, weight, bias) => conv2d(x, weight, bias, strided) },
  conv_it3: { options: { iterations: 3 }, apply: (x, weight, bias) => conv2d(x, weight, bias, strided) },
  linear: { options: {}, apply: linear },
  linear1: { options: {}, apply: linear },
  deconv: { options: { outputAxis: 1 }, apply: (x, weight, bias) => convTranspose2d(x, weight, bias, strided) },
};

/** Enough power iterations to reach the largest singular value from the third step's vectors. */
const untilConverged = 200;

/** The folder's loss, whose weights follow the stored order of channels. */
function loss(out: tf.Tensor): tf.Scalar {
  const stored = tf.reshape(out.rank === 4 ? tf.transpose(out, [0, 3, 1, 2]) : out, [out.size]);
  const weights = tf.tensor1d(Float32Array.from({ length: out.size }, (_, index) => Math.cos(0.37 * index)));
  return tf.add(tf.mean(tf.square(stored)), tf.mean(tf.mul(stored, weights)));
}

/** Three training steps with the vectors handed on, then an evaluation. */
function runLayer(name: string, inputs: Named): Record<string, tf.Tensor> {
  const { options, apply } = layers[name]!;
  const given = ['x', 'weight_orig', 'bias'].map((key) => inputs[`${name}.${key}`]!);
  let state: SpectralState = { u: inputs[`${name}.u`]!, v: inputs[`${name}.v`]! };
  const results: Record<string, tf.Tensor> = {};
  const forward =
    (at: SpectralState, chosen: SpectralNormOptions) => (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
      apply(x, spectralNorm(weight, at, chosen).weight, bias);
  const differentiate = (run: ReturnType<typeof forward>) =>
    tf.valueAndGrads((...at: tf.Tensor[]) => loss(run(at[0]!, at[1]!, at[2]!)))(given);
  for (const step of ['step1', 'step2', 'step3']) {
    const run = forward(state, options);
    const { value, grads } = differentiate(run);
    const { weight, sigma, u, v } = spectralNorm(given[1]!, state, options);
    Object.assign(results, {
      [`${name}.${step}.weight`]: weight,
      [`${name}.${step}.sigma`]: sigma,
      [`${name}.${step}.u`]: u,
      [`${name}.${step}.v`]: v,
      [`${name}.${step}.out`]: run(given[0]!, given[1]!, given[2]!),
      [`${name}.${step}.loss`]: value,
      [`${name}.${step}.grad.x`]: grads[0]!,
      [`${name}.${step}.grad.weight_orig`]: grads[1]!,
      [`${name}.${step}.grad.bias`]: grads[2]!,
    });
    state = { u, v };
  }
  const evaluate = forward(state, { ...options, iterations: 0 });
  return {
    ...results,
    [`${name}.eval.out`]: evaluate(given[0]!, given[1]!, given[2]!),
    [`${name}.eval.grad.weight_orig`]: differentiate(evaluate).grads[1]!,
    [`${name}.true_sigma`]: spectralNorm(given[1]!, state, { ...options, iterations: untilConverged }).sigma,
  };
}

/** Inputs of a layer; weights keep PyTorch's layout. */
function inputsOf(context: OracleContext, name: string): Record<string, HostTensor> {
  const keys = ['weight_orig', 'bias', 'u', 'v'];
  const plain = keys.map((key) => [`${name}.${key}`, context.tensors.get(`${name}.in.${key}`)!] as const);
  return { ...Object.fromEntries(plain), [`${name}.x`]: storedInput(context, `${name}.in.x`) };
}

function isPicture(name: string, { shape }: HostTensor): boolean {
  return shape.length === 4 && (name.endsWith('.out') || name.endsWith('.grad.x'));
}

/** Spectral normalization of convolutions, linear layers and a transposed convolution. */
export const oracleCase: OracleCase = {
  ids: ['spectral_norm'],
  run: async (context) => {
    const names = Object.keys(layers);
    const outputs = await runFunction(
      context,
      (inputs) => Object.assign({}, ...names.map((name) => runLayer(name, inputs))),
      Object.assign({}, ...names.map((name) => inputsOf(context, name))),
    );
    const tensors = Object.entries(outputs).map(
      ([name, tensor]) => [name, isPicture(name, tensor) ? toChannelsFirst(tensor) : tensor] as const,
    );
    return { tensors: new Map(tensors) };
  },
};
