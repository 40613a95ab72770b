import type { HostTensor } from '@vosvfi/core';
import { ifrnetObjective } from '@vosvfi/losses';
import { createIfrnet, type IfrnetNetwork, type IfrnetOutputs, type IfrnetPreset } from '@vosvfi/models/ifrnet';
import { warpBackward } from '@vosvfi/ops';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

const parameterMark = 'parameter:';

/** `value` of the loss, and gradients of the named tensors (first) and of every weight. */
function differentiate(
  loss: (named: Readonly<Record<string, tf.Tensor>>, weights: TensorWeights) => tf.Scalar,
  named: Readonly<Record<string, tf.Tensor>>,
  weights: TensorWeights,
): { value: tf.Scalar; grads: Record<string, tf.Tensor>; parameters: Record<string, tf.Tensor> } {
  const names = Object.keys(named);
  const keys = [...weights.keys()];
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
    loss(
      Object.fromEntries(names.map((name, index) => [name, given[index]!])),
      new Map(keys.map((key, index) => [key, given[names.length + index]!])),
    ),
  )([...Object.values(named), ...weights.values()]);
  return {
    value,
    grads: Object.fromEntries(names.map((name, index) => [name, grads[index]!])),
    parameters: Object.fromEntries(keys.map((key, index) => [parameterMark + key, grads[names.length + index]!])),
  };
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

function inference(network: IfrnetNetwork, label: string): TensorFunction {
  return ({ frame0, frame1, t, target }, weights) => {
    const inputs = { frame0: frame0!, frame1: frame1!, t: t! };
    const out = network.forward(weights, inputs);
    const { value, grads, parameters } = differentiate(
      (named, trained) => {
        const { frame } = network.forward(trained, { frame0: named.img0!, frame1: named.img1!, t: named.embt! });
        return tf.mean(tf.square(tf.sub(frame, target!)));
      },
      { img0: frame0!, img1: frame1!, embt: t! },
      weights,
    );
    return {
      [`${label}.out.imgt_pred`]: out.frame,
      ...middle(label, out),
      [`${label}.out.imgt_pred.scale050`]: network.forward(weights, { ...inputs, scale: 0.5 }).frame,
      [`${label}.loss`]: value,
      ...Object.fromEntries(Object.entries(grads).map(([name, grad]) => [`${label}.grad.${name}`, grad])),
      ...parameters,
    };
  };
}

function training(network: IfrnetNetwork): TensorFunction {
  return ({ frame0, frame1, t, frameT, flow }, weights) => {
    // Sample 1 is the pair flipped from left to right.
    const both = (frame: tf.Tensor): tf.Tensor => tf.concat([frame, tf.reverse(frame, 2)], 0);
    const objective = (trained: TensorWeights, first: tf.Tensor, second: tf.Tensor) => {
      const out = network.forwardTraining(trained, { frame0: first, frame1: second, t: t!, frameT: frameT! });
      return { out, ...ifrnetObjective(out, { frameT: frameT!, flow: flow! }) };
    };
    const named = { img0: both(frame0!), img1: both(frame1!) };
    const { out, terms } = objective(weights, named.img0, named.img1);
    const { value, grads, parameters } = differentiate(
      ({ img0, img1 }, trained) => objective(trained, img0!, img1!).total,
      named,
      weights,
    );
    return {
      'train.out.imgt_pred': out.frame,
      'train.loss_rec': terms.reconstruction!,
      'train.loss_geo': terms.geometry!,
      'train.loss_dis': terms.distillation!,
      'train.noflow.loss_dis': ifrnetObjective(out, { frameT: frameT! }).terms.distillation ?? tf.scalar(0),
      'train.loss_total': value,
      'train.grad.img0': grads.img0!,
      'train.grad.img1': grads.img1!,
      ...parameters,
    };
  };
}

/** Splits what a function gave into stored tensors and parameter gradients. */
function collect(
  { tensors }: OracleContext,
  label: string,
  outputs: Readonly<Record<string, HostTensor>>,
): { stored: Map<string, HostTensor>; gradients: Map<string, HostTensor> } {
  const gradients = new Map<string, HostTensor>();
  const others: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith(parameterMark)) gradients.set(name.slice(parameterMark.length), tensor);
    else if (tensors.has(name)) others[name] = tensor;
  }
  const stored = toStored(others);
  for (const [key, gradient] of gradients) {
    const name = `${label}.grad.param.${key}`;
    if (tensors.has(name)) stored.set(name, gradient);
  }
  return { stored, gradients };
}

async function run(context: OracleContext): Promise<{
  tensors: Map<string, HostTensor>;
  paramGrads: Map<string, Map<string, HostTensor>>;
}> {
  const network = createIfrnet(context.id as IfrnetPreset);
  const tensors = new Map<string, HostTensor>();
  const paramGrads = new Map<string, Map<string, HostTensor>>();
  const add = async (label: string, fn: TensorFunction, inputs: Record<string, HostTensor>): Promise<void> => {
    const { stored, gradients } = collect(context, label, await runFunction(context, fn, inputs));
    for (const [name, tensor] of stored) if (!tensors.has(name)) tensors.set(name, tensor);
    paramGrads.set(label, gradients);
  };
  const pair = { frame0: storedInput(context, 'in.img0'), frame1: storedInput(context, 'in.img1') };
  for (const label of ['t050', 't025']) {
    const t = storedInput(context, `${label}.in.embt`);
    await add(label, inference(network, label), { ...pair, t, target: storedInput(context, 'in.target') });
  }
  await add('train', training(network), {
    ...pair,
    t: { data: Float32Array.of(0.5, 0.25), shape: [2, 1, 1, 1], dtype: 'float32' },
    frameT: storedInput(context, 'train.in.imgt'),
    flow: storedInput(context, 'train.in.flow'),
  });
  return { tensors, paramGrads };
}

/** The three sizes of IFRNet: inference at two times and at half scale, and the training loss. */
export const oracleCase: OracleCase = { ids: ['ifrnet', 'ifrnet_s', 'ifrnet_l'], run };
