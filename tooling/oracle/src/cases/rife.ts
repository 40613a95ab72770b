import type { HostTensor } from '@vosvfi/core';
import { rifeObjective } from '@vosvfi/losses';
import { createRife, type RifeNetwork, type RifeOutputs, type RifePreset } from '@vosvfi/models/rife';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;
type HostTensors = Readonly<Record<string, HostTensor>>;

/** Gradients of weights among the outputs. */
const gradientMark = 'gradient:';

/** What one label of a folder computes. */
interface Label {
  readonly name: string;
  readonly inputs: HostTensors;
  /** Inputs whose gradients are stored, under the stored names. */
  readonly differentiated: Readonly<Record<string, string>>;
  readonly values: (inputs: Named, weights: TensorWeights) => Record<string, tf.Tensor>;
  readonly loss: (inputs: Named, weights: TensorWeights) => tf.Scalar;
}

function times(...values: number[]): HostTensor {
  return { data: Float32Array.from(values), shape: [values.length, 1, 1, 1], dtype: 'float32' };
}

/** Values inside the network, named as stored. */
function middle(label: string, out: RifeOutputs): Record<string, tf.Tensor> {
  return {
    ...Object.fromEntries(out.flows.map((flow, stage) => [`${label}.mid.flow${stage}`, flow])),
    ...Object.fromEntries(out.merged.slice(0, 2).map((merged, stage) => [`${label}.mid.merged${stage}`, merged])),
    [`${label}.mid.mask`]: out.masks[2]!,
    [`${label}.mid.context0_0`]: out.context0[0]!,
    [`${label}.mid.context0_3`]: out.context0[3]!,
    [`${label}.mid.context1_0`]: out.context1[0]!,
    [`${label}.mid.context1_3`]: out.context1[3]!,
    [`${label}.mid.unet`]: tf.div(tf.add(out.residual, 1), 2),
  };
}

function turn(x: tf.Tensor): tf.Tensor {
  return tf.reverse(x, [1, 2]);
}

function inference(context: OracleContext, network: RifeNetwork, name: string, time: number): Label {
  const frameOf = (inputs: Named, weights: TensorWeights, scale?: number) => {
    const given = { frame0: inputs.frame0!, frame1: inputs.frame1!, t: inputs.t! };
    return network.forward(weights, { ...given, ...(scale === undefined ? {} : { scale }) });
  };
  const lossOf = (frame: tf.Tensor, { target }: Named): tf.Scalar => tf.mean(tf.square(tf.sub(frame, target!)));
  return {
    name,
    inputs: {
      frame0: storedInput(context, 'in.img0'),
      frame1: storedInput(context, 'in.img1'),
      t: times(time),
      target: storedInput(context, 'in.target'),
    },
    differentiated: { frame0: 'img0', frame1: 'img1', ...(network.config.anyTime ? { t: 't' } : {}) },
    values: (inputs, weights) => {
      const out = frameOf(inputs, weights);
      const turned = { ...inputs, frame0: turn(inputs.frame0!), frame1: turn(inputs.frame1!) };
      return {
        ...middle(name, out),
        [`${name}.out.frame`]: out.frame,
        [`${name}.out.frame.scale050`]: frameOf(inputs, weights, 0.5).frame,
        [`${name}.out.frame.scale200`]: frameOf(inputs, weights, 2).frame,
        [`${name}.out.frame.turned`]: tf.div(tf.add(out.frame, turn(frameOf(turned, weights).frame)), 2),
        [`${name}.loss`]: lossOf(out.frame, inputs),
      };
    },
    loss: (inputs, weights) => lossOf(frameOf(inputs, weights).frame, inputs),
  };
}

/** A batch of a frame and its mirror image, left to right. */
function withMirrored(frame: tf.Tensor): tf.Tensor {
  return tf.concat([frame, tf.reverse(frame, 2)], 0);
}

function training(context: OracleContext, network: RifeNetwork): Label {
  const run = ({ frame0, frame1, t, frameT }: Named, weights: TensorWeights) => {
    const target = withMirrored(frameT!);
    const out = network.forwardTraining(weights, { frame0: frame0!, frame1: frame1!, t: t!, frameT: target });
    const objective = rifeObjective(out, target, { distillationWeight: network.config.anyTime ? 0.005 : 0.01 });
    return { out, ...objective };
  };
  return {
    name: 'train',
    inputs: {
      frame0: mirroredBatch(storedInput(context, 'in.img0')),
      frame1: mirroredBatch(storedInput(context, 'in.img1')),
      t: times(0.5, 0.25),
      frameT: storedInput(context, 'in.target'),
    },
    differentiated: { frame0: 'img0', frame1: 'img1' },
    values: (inputs, weights) => {
      const { out, total, terms } = run(inputs, weights);
      return {
        'train.out.frame': out.frame,
        'train.mid.flow_teacher': out.flowTeacher,
        'train.mid.merged_teacher': out.mergedTeacher,
        ...Object.fromEntries(Object.entries(terms).map(([name, value]) => [`train.loss_${name}`, value])),
        'train.loss_total': total,
      };
    },
    loss: (inputs, weights) => run(inputs, weights).total,
  };
}

function mirroredBatch(frame: HostTensor): HostTensor {
  const both = tf.tidy(() => withMirrored(tf.tensor(frame.data, [...frame.shape])));
  const data = both.dataSync() as Float32Array;
  both.dispose();
  return { data, shape: [2, ...frame.shape.slice(1)], dtype: 'float32' };
}

function functionOf({ values, loss, differentiated }: Label): TensorFunction {
  return (inputs, weights) => {
    const names = Object.keys(differentiated);
    const keys = [...weights.keys()];
    const gradients = tf.grads((...given: tf.Tensor[]) => {
      const changed = Object.fromEntries(names.map((name, index) => [name, given[index]!]));
      const own = new Map(keys.map((key, index) => [key, given[names.length + index]!]));
      return loss({ ...inputs, ...changed }, own);
    })([...names.map((name) => inputs[name]!), ...weights.values()]);
    return {
      ...values(inputs, weights),
      ...Object.fromEntries(names.map((name, index) => [`grad.${differentiated[name]}`, gradients[index]!])),
      ...Object.fromEntries(keys.map((key, index) => [gradientMark + key, gradients[names.length + index]!])),
    };
  };
}

/** Weights that the label differentiates: the teacher takes no part in interpolation. */
function weightsOf({ weights }: OracleContext, network: RifeNetwork, label: Label) {
  const specs = label.name === 'train' ? network.trainingParameters : network.parameters;
  return new Map(specs.map(({ key }) => [key, weights.get(key)!]));
}

async function run(context: OracleContext) {
  const network = createRife(context.id as RifePreset);
  const labels = [inference(context, network, 't050', 0.5), training(context, network)];
  if (network.config.anyTime) labels.push(inference(context, network, 't025', 0.25));
  const tensors = new Map<string, HostTensor>();
  const paramGrads = new Map<string, Map<string, HostTensor>>();
  for (const label of labels) {
    const own = { ...context, weights: weightsOf(context, network, label) };
    const outputs = await runFunction(own, functionOf(label), label.inputs);
    const marked = Object.entries(outputs).filter(([name]) => name.startsWith(gradientMark));
    const gradients = new Map(marked.map(([name, tensor]) => [name.slice(gradientMark.length), tensor]));
    const others = Object.entries(outputs).filter(([name]) => !name.startsWith(gradientMark));
    for (const [name, tensor] of toStored(Object.fromEntries(others))) {
      tensors.set(name.startsWith('grad.') ? `${label.name}.${name}` : name, tensor);
    }
    for (const [key, tensor] of gradients) tensors.set(`${label.name}.grad.param.${key}`, tensor);
    paramGrads.set(label.name, gradients);
  }
  const stored = [...tensors].filter(([name]) => context.tensors.has(name));
  return { tensors: new Map(stored), paramGrads };
}

/** RIFE and RIFE_m: inference (also at other scales, and averaged with the turned frames) and the training loss. */
export const oracleCase: OracleCase = { ids: ['rife', 'rife_m'], run };
