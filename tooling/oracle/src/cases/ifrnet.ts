import type { HostTensor, WeightMap } from '@vosvfi/core';
import { ifrnetObjective } from '@vosvfi/losses';
import {
  type ActivationObserver,
  createIfrnet,
  type IfrnetNetwork,
  type IfrnetOutputs,
  type IfrnetPreset,
} from '@vosvfi/models/ifrnet';
import { warpBackward } from '@vosvfi/ops';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { crop, relativeL2 } from '@vosvfi/testing';
import type { OracleCase, OracleContext } from '../case.js';
import { findKinks, settleKinks } from './kinks.js';
import { runFunction, storedInput, toStored, withCompiled } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;
type HostTensors = Readonly<Record<string, HostTensor>>;

/** Marks weights among the inputs, values before activations and gradients of weights among the outputs. */
const marks = { parameter: 'parameter:', activation: 'activation:', gradient: 'gradient:' } as const;

/** What one label of a folder computes. */
interface Label {
  readonly name: string;
  readonly inputs: HostTensors;
  /** Inputs whose gradients are stored, under the stored names. */
  readonly differentiated: Readonly<Record<string, string>>;
  /** Values to compare, without gradients. */
  readonly values: (inputs: Named, weights: TensorWeights, observe: ActivationObserver) => Record<string, tf.Tensor>;
  readonly loss: (inputs: Named, weights: TensorWeights) => tf.Scalar;
}

function withPrefix(prefix: string, entries: Iterable<readonly [string, HostTensor]>): Record<string, HostTensor> {
  return Object.fromEntries([...entries].map(([key, tensor]) => [prefix + key, tensor]));
}

/** Entries whose names start with `prefix`, without it. */
function underPrefix<T>(prefix: string, tensors: Readonly<Record<string, T>>): Map<string, T> {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Values inside the network, named as stored. */
function middle(label: string, out: IfrnetOutputs): Record<string, tf.Tensor> {
  return {
    [`${label}.mid.flow_t0_full`]: out.flowT0,
    [`${label}.mid.flow_t1_full`]: out.flowT1,
    ...Object.fromEntries(out.decoded.map((decoded, index) => [`${label}.mid.decoder${index + 1}`, decoded])),
    [`${label}.mid.warp_f0_3`]: warpBackward(out.encoded0[2]!, out.flowsT0[3]!),
    'mid.enc0.f1': out.encoded0[0]!,
    'mid.enc0.f4': out.encoded0[3]!,
    'mid.enc1.f3': out.encoded1[2]!,
  };
}

function inference(context: OracleContext, network: IfrnetNetwork, name: string): Label {
  const inputsOf = ({ frame0, frame1, t }: Named) => ({ frame0: frame0!, frame1: frame1!, t: t! });
  const lossOf = (frame: tf.Tensor, { target }: Named): tf.Scalar => tf.mean(tf.square(tf.sub(frame, target!)));
  return {
    name,
    inputs: {
      frame0: storedInput(context, 'in.img0'),
      frame1: storedInput(context, 'in.img1'),
      t: storedInput(context, `${name}.in.embt`),
      target: storedInput(context, 'in.target'),
    },
    differentiated: { frame0: 'img0', frame1: 'img1', t: 'embt' },
    values: (inputs, weights, observe) => {
      const out = network.forward(weights, inputsOf(inputs), observe);
      return {
        [`${name}.out.imgt_pred`]: out.frame,
        [`${name}.out.imgt_pred.scale050`]: network.forward(weights, { ...inputsOf(inputs), scale: 0.5 }).frame,
        [`${name}.loss`]: lossOf(out.frame, inputs),
        ...middle(name, out),
      };
    },
    loss: (inputs, weights) => lossOf(network.forward(weights, inputsOf(inputs)).frame, inputs),
  };
}

function training(context: OracleContext, network: IfrnetNetwork): Label {
  const run = (inputs: Named, weights: TensorWeights, observe?: ActivationObserver) => {
    const { frame0, frame1, t, frameT, flow } = inputs as Record<string, tf.Tensor>;
    const given = { frame0: frame0!, frame1: frame1!, t: t!, frameT: frameT! };
    const out = network.forwardTraining(weights, given, observe);
    return {
      out,
      without: ifrnetObjective(out, { frameT: frameT! }),
      ...ifrnetObjective(out, { frameT: frameT!, flow: flow! }),
    };
  };
  return {
    name: 'train',
    inputs: {
      frame0: withFlipped(storedInput(context, 'in.img0')),
      frame1: withFlipped(storedInput(context, 'in.img1')),
      t: { data: Float32Array.of(0.5, 0.25), shape: [2, 1, 1, 1], dtype: 'float32' },
      frameT: storedInput(context, 'train.in.imgt'),
      flow: storedInput(context, 'train.in.flow'),
    },
    differentiated: { frame0: 'img0', frame1: 'img1' },
    values: (inputs, weights, observe) => {
      const { out, total, terms, without } = run(inputs, weights, observe);
      return {
        'train.out.imgt_pred': out.frame,
        'train.loss_rec': terms.reconstruction!,
        'train.loss_geo': terms.geometry!,
        'train.loss_dis': terms.distillation!,
        'train.noflow.loss_dis': without.terms.distillation ?? tf.scalar(0),
        'train.loss_total': total,
      };
    },
    loss: (inputs, weights) => run(inputs, weights).total,
  };
}

/** A batch of a frame [1, H, W, C] and its mirror image, left to right. */
function withFlipped({ data, shape }: HostTensor): HostTensor {
  const [, , width, channels] = shape as [number, number, number, number];
  const both = new Float32Array(data.length * 2);
  both.set(data);
  for (let i = 0; i < data.length; i++) {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    const column = pixel % width;
    both[data.length + (pixel - column + width - 1 - column) * channels + channel] = data[i]!;
  }
  return { data: both, shape: [2, ...shape.slice(1)], dtype: 'float32' };
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
function gradientsOf({ loss, differentiated }: Label): TensorFunction {
  return (inputs) => {
    const weights = underPrefix(marks.parameter, inputs);
    const names = Object.keys(differentiated);
    const keys = [...weights.keys()];
    const gradients = tf.grads((...given: tf.Tensor[]) => {
      const changed = Object.fromEntries(names.map((name, index) => [name, given[index]!]));
      return loss(
        { ...inputs, ...changed },
        new Map(keys.map((key, index) => [key, given[names.length + index]!] as const)),
      );
    })([...names.map((name) => inputs[name]!), ...weights.values()]);
    return Object.fromEntries([
      ...names.map((name, index) => [differentiated[name]!, gradients[index]!] as const),
      ...keys.map((key, index) => [marks.gradient + key, gradients[names.length + index]!] as const),
    ]);
  };
}

/** Gradients under their stored names. */
function storedGradients({ tensors }: OracleContext, label: Label, outputs: HostTensors): Map<string, HostTensor> {
  const parameters = underPrefix(marks.gradient, outputs);
  const others = Object.fromEntries(Object.entries(outputs).filter(([name]) => !name.startsWith(marks.gradient)));
  const named = [
    ...[...toStored(others)].map(([name, tensor]) => [`${label.name}.grad.${name}`, tensor] as const),
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
  const kinks = findKinks(underPrefix(marks.activation, values));
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

async function run(context: OracleContext) {
  const network = createIfrnet(context.id as IfrnetPreset);
  const labels = [
    training(context, network),
    inference(context, network, 't025'),
    // Last: what several labels compute is stored for this one.
    inference(context, network, 't050'),
  ];
  const tensors = new Map<string, HostTensor>();
  const paramGrads = new Map<string, Map<string, HostTensor>>();
  const remarks: string[] = [];
  for (const label of labels) {
    const result = await runLabel(context, label);
    for (const [name, tensor] of result.tensors) tensors.set(name, tensor);
    paramGrads.set(label.name, result.gradients);
    if (result.settled > 0) {
      remarks.push(`${label.name}: ${result.settled} values at the kink of a PReLU were put on the reference's side`);
    }
  }
  return { tensors, paramGrads, remarks };
}

/** The three sizes of IFRNet: inference at two times and at half scale, and the training loss. */
export const oracleCase: OracleCase = { ids: ['ifrnet', 'ifrnet_s', 'ifrnet_l'], run };
