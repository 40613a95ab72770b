import type { HostTensor } from '@vosvfi/core';
import { ifrnetObjective } from '@vosvfi/losses';
import {
  type ActivationObserver,
  createIfrnet,
  type IfrnetNetwork,
  type IfrnetOutputs,
  type IfrnetPreset,
} from '@vosvfi/models/ifrnet';
import { warpBackward } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { type Label, type Named, runLabels } from './labels.js';
import { storedInput } from './run-function.js';

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

function run(context: OracleContext) {
  const network = createIfrnet(context.id as IfrnetPreset);
  return runLabels(context, [
    training(context, network),
    inference(context, network, 't025'),
    // Last: what several labels compute is stored for this one.
    inference(context, network, 't050'),
  ]);
}

/** The three sizes of IFRNet: inference at two times and at half scale, and the training loss. */
export const oracleCase: OracleCase = { ids: ['ifrnet', 'ifrnet_s', 'ifrnet_l'], run };
