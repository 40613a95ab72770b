import {
  adaptiveCharbonnierLoss,
  censusLoss,
  censusTransform,
  censusValidMask,
  charbonnierLoss,
  flowDistillationLoss,
  geometryLoss,
  robustWeight,
} from '@vosvfi/losses';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Loss = (...inputs: tf.Tensor[]) => tf.Scalar;

/** Loss of `names` and its gradients, named as stored. */
function differentiate(label: string, loss: Loss, inputs: Tensors, names: readonly string[]): Tensors {
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => inputs[name]!));
  return Object.fromEntries([
    [`${label}.loss`, value],
    ...names.map((name, index) => [`${label}.grad.${name}`, grads[index]!] as const),
  ]);
}

function distillation(inputs: Tensors): Loss {
  return (...coarser) => {
    const levels = [inputs.flow_l1!, ...coarser].map((flow) => tf.split(flow, 2, 3) as [tf.Tensor, tf.Tensor]);
    const toFrame0 = levels.map(([flow]) => flow);
    const toFrame1 = levels.map(([, flow]) => flow);
    return tf.mul(flowDistillationLoss(toFrame0, toFrame1, inputs.flow_teacher!), 0.01);
  };
}

function computeLosses(inputs: Tensors): Record<string, tf.Tensor> {
  const { gt, mask, flow_pred, flow_gt } = inputs as Record<string, tf.Tensor>;
  const weight = robustWeight(flow_pred!, flow_gt!);
  const [batch, height, width] = gt!.shape as [number, number, number];
  return {
    ...differentiate('charbonnier', (pred) => charbonnierLoss(tf.sub(pred!, gt!)), inputs, ['pred']),
    ...differentiate('charbonnier_masked', (pred) => charbonnierLoss(tf.sub(pred!, gt!), mask), inputs, ['pred']),
    ...differentiate('census', (pred) => censusLoss(pred!, gt!), inputs, ['pred']),
    'census.transform_pred': censusTransform(inputs.pred!),
    'census.valid_mask': tf.tile(censusValidMask(height, width), [batch, 1, 1, 1]),
    ...differentiate('geometry', (a, b) => geometryLoss(a!, b!), inputs, ['feat_a', 'feat_b']),
    robust_weight: weight,
    ...differentiate(
      'charbonnier_adaptive',
      (flow) => adaptiveCharbonnierLoss(tf.sub(flow!, flow_gt!), weight),
      inputs,
      ['flow_pred'],
    ),
    ...differentiate('distill', distillation(inputs), inputs, ['flow_l2', 'flow_l3', 'flow_l4']),
  };
}

const inputNames = [
  ...['pred', 'gt', 'mask', 'feat_a', 'feat_b', 'flow_pred', 'flow_gt'],
  ...['flow_l1', 'flow_l2', 'flow_l3', 'flow_l4', 'flow_teacher'],
];

/** IFRNet's loss terms on given tensors. */
export const oracleCase: OracleCase = {
  ids: ['ifrnet_losses'],
  run: async (context) => {
    const inputs = Object.fromEntries(inputNames.map((name) => [name, storedInput(context, `in.${name}`)]));
    return { tensors: toStored(await runFunction(context, computeLosses, inputs)) };
  },
};
