import { type HostTensor, sizeOf } from '@vosvfi/core';
import { flowSequenceLoss } from '@vosvfi/losses';
import { createRaft, type RaftNetwork, type RaftPreset, type RaftStep } from '@vosvfi/models/raft';
import { convexUpsample, correlationPyramid, resizeBilinear } from '@vosvfi/ops';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext, OracleResult } from '../case.js';
import { isOperator, operatorInputs, operatorsOf, pyramidOutputs } from './raft-operators.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;

/** Gradients of weights among the outputs. */
const gradientMark = 'gradient:';

/** A loss with its gradients of inputs and of all weights. */
function differentiate(
  loss: (inputs: Named, weights: TensorWeights) => tf.Scalar,
  inputs: Named,
  weights: TensorWeights,
  names: Readonly<Record<string, string>>,
): Record<string, tf.Tensor> {
  const keys = [...weights.keys()];
  const changed = Object.keys(names);
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
    loss(
      { ...inputs, ...Object.fromEntries(changed.map((name, index) => [name, given[index]!])) },
      new Map(keys.map((key, index) => [key, given[changed.length + index]!])),
    ),
  )([...changed.map((name) => inputs[name]!), ...weights.values()]);
  return {
    loss: value,
    ...Object.fromEntries(changed.map((name, index) => [names[name]!, grads[index]!])),
    ...Object.fromEntries(keys.map((key, index) => [gradientMark + key, grads[changed.length + index]!])),
  };
}

/** Frames are stored as code values. */
function framesOf({ image1, image2 }: Named) {
  return { frame0: tf.div(image1!, 255), frame1: tf.div(image2!, 255) };
}

function stepOutputs(steps: readonly RaftStep[]): Record<string, tf.Tensor> {
  const named = steps.flatMap(({ correlation, flow, delta, hidden, mask }, index) => [
    [`mid.iter${index}.lookup`, correlation],
    [`mid.iter${index}.flow_low_in`, flow],
    [`mid.iter${index}.delta`, delta],
    [`mid.iter${index}.hidden`, hidden],
    ...(mask === undefined ? [] : [[`mid.iter${index}.mask`, mask]]),
  ]);
  return Object.fromEntries(named);
}

/** Three iterations, their loss and its gradients, and one iteration from a given flow. */
function sequenceOf(network: RaftNetwork): TensorFunction {
  const run = (inputs: Named, weights: TensorWeights, observe?: (step: RaftStep) => void) =>
    network.forward(weights, { ...framesOf(inputs), iterations: 3, predictions: 'all', observe });
  const lossOf = (flows: readonly tf.Tensor[], { truth, valid }: Named) =>
    flowSequenceLoss(flows, truth!, tf.expandDims(tf.cast(valid!, 'float32'), 3));
  return (inputs, weights) => {
    const steps: RaftStep[] = [];
    const { flows, flowLow } = run(inputs, weights, (step) => steps.push(step));
    const { frame0, frame1 } = framesOf(inputs);
    const [first, second] = [network.features(weights, frame0), network.features(weights, frame1)];
    const { hidden, context } = network.context(weights, frame0);
    const pyramid = correlationPyramid(first, second, { levels: network.config.levels });
    const init = network.forward(weights, { frame0, frame1, iterations: 1, flowInit: inputs.flowInit });
    return {
      ...Object.fromEntries(flows.map((flow, index) => [`out.flow${index}`, flow])),
      ...{ 'out.flow_low': flowLow, epe: lossOf(flows, inputs).endPointError },
      ...{ 'mid.fmap1': first, 'mid.fmap2': second, 'mid.cnet_hidden': hidden, 'mid.cnet_context': context },
      ...pyramidOutputs('mid.corr_level', pyramid, [first.shape[1], first.shape[2]]),
      ...stepOutputs(steps),
      ...{ 'init.out.flow_low': init.flowLow, 'init.out.flow_up': init.flow },
      ...differentiate((given, own) => lossOf(run(given, own).flows, given).total, inputs, weights, {
        image1: 'seq.grad.image1',
        image2: 'seq.grad.image2',
      }),
    };
  };
}

/** The update block alone, its loss and gradients. */
function updateOf(network: RaftNetwork): TensorFunction {
  const run = ({ net, inp, corr, flow }: Named, weights: TensorWeights) => {
    const made = network.update(weights, { hidden: net!, context: inp!, correlation: corr!, flow: flow! });
    return { ...made, fine: upsample(tf.add(flow!, made.delta), made.mask) };
  };
  return (inputs, weights) => {
    const { hidden, delta, motion, mask, fine } = run(inputs, weights);
    const { loss, ...gradients } = differentiate(
      (given, own) => {
        const made = run(given, own);
        const error = tf.mean(tf.square(tf.sub(made.fine, given.target!)));
        return tf.add(error, tf.mean(tf.square(made.hidden)));
      },
      inputs,
      weights,
      { net: 'update.grad.net', inp: 'update.grad.inp', corr: 'update.grad.corr', flow: 'update.grad.flow' },
    );
    return {
      ...{ 'update.mid.motion': motion, 'update.out.net': hidden, 'update.out.delta_flow': delta },
      ...(mask === undefined ? {} : { 'update.out.mask': mask }),
      ...{ 'update.out.flow_up': fine, 'update.loss': loss! },
      ...gradients,
    };
  };
}

/** The flow at eight times the size. */
function upsample(flow: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (mask !== undefined) return convexUpsample(flow, mask, 8);
  const [, height, width] = flow.shape as [number, number, number];
  return tf.mul(resizeBilinear(flow, [8 * height, 8 * width], { alignCorners: true }), 8);
}

/** Pyramids are stored [y1, x1, y2, x2]: no channels to move. */
function toStoredLayout(outputs: Record<string, HostTensor>): Map<string, HostTensor> {
  const stored = toStored(outputs);
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith('lookup.pyramid') || name.startsWith('mid.corr_level')) stored.set(name, tensor);
  }
  return stored;
}

/** Gradients of weights by every name that they have in the official state dict. */
function weightGradients(network: RaftNetwork, outputs: Record<string, HostTensor>): Map<string, HostTensor> {
  const named = network.parameters.flatMap(({ key, aliases = [] }) => {
    const gradient = outputs[gradientMark + key];
    return gradient === undefined ? [] : [key, ...aliases].map((name) => [name, gradient] as const);
  });
  return new Map(named);
}

async function run(context: OracleContext): Promise<OracleResult> {
  const network = createRaft(context.id as RaftPreset);
  const own = { ...context, weights: new Map(network.parameters.map(({ key }) => [key, context.weights.get(key)!])) };
  const input = (name: string) => storedInput(context, name);
  const operators = await runFunction(own, operatorsOf(network.config), operatorInputs(context));
  const sequence = await runFunction(own, sequenceOf(network), {
    ...{ image1: input('in.image1'), image2: input('in.image2'), truth: input('in.flow_gt'), valid: input('in.valid') },
    flowInit: input('init.in.flow_init'),
  });
  const updates = [...own.weights].filter(([key]) => key.startsWith('update_block.'));
  const update = await runFunction({ ...own, weights: new Map(updates) }, updateOf(network), {
    ...{ net: input('update.in.net'), inp: input('update.in.inp'), corr: input('update.in.corr') },
    ...{ flow: input('update.in.flow'), target: input('update.in.target') },
  });
  const paramGrads = new Map([
    ['seq', weightGradients(network, sequence)],
    ['update', weightGradients(network, update)],
  ]);
  const tensors = toStoredLayout({ ...operators, ...sequence, ...update });
  for (const name of [...tensors.keys()]) if (name.startsWith(gradientMark)) tensors.delete(name);
  for (const [key, gradient] of paramGrads.get('seq')!) {
    if (context.tensors.has(`seq.grad.param.${key}`)) tensors.set(`seq.grad.param.${key}`, gradient);
  }
  return { tensors, paramGrads };
}

/** The coordinates' gradient is one-sided where a coordinate is whole on some level; the folder marks those. */
function awayFromIntegers(name: string, tensors: ReadonlyMap<string, HostTensor>): Uint8Array | null {
  const near = tensors.get('lookup.aux.near_integer');
  if (name !== 'lookup.grad.coords' || near === undefined) return null;
  const pixels = sizeOf(near.shape);
  return Uint8Array.from({ length: 2 * pixels }, (_, index) => (near.data[index % pixels] === 0 ? 1 : 0));
}

/** RAFT and RAFT-small: operators, iterations with the sequence loss, the update block alone. */
export const oracleCase: OracleCase = {
  ids: ['raft', 'raft_small'],
  isInput: (name) => name.split('.').some((part) => part === 'in' || part === 'aux'),
  keep: awayFromIntegers,
  // In front of an instance normalization a bias has no gradient; what is stored for it is rounding.
  skipParamGrad: (label, key) =>
    label === 'seq' && key.startsWith('fnet.') && key.endsWith('.bias') && key !== 'fnet.conv2.bias',
  parts: { operators: isOperator },
  run,
};
