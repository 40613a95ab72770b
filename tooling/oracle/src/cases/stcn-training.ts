import { type HostTensor, hostTensor } from '@vosvfi/core';
import { bootstrappedCrossEntropy, bootstrappedFraction } from '@vosvfi/losses';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { readMemory, withoutBackground } from '@vosvfi/vos';
import { type StcnNetwork, segmentClip } from '@vosvfi/vos/stcn';
import type { OracleContext } from '../case.js';
import { runFunction, toStored } from './run-function.js';
import { denseAffinity, sequenceFrame, stackMasks, stored } from './stcn-parts.js';

const mark = 'parameter:';
/** Where the stored bootstrapped loss was taken. */
const lateIteration = 60_000;

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Frames [3, H, W, 3] as a clip with the two objects of the first. */
function clipOf(images: tf.Tensor, { masks, selector }: Inputs) {
  return {
    images: tf.split(images, 3, 0) as tf.Tensor4D[],
    masks: masks as tf.Tensor4D,
    present: selector as tf.Tensor2D,
  };
}

function losses(network: StcnNetwork, weights: TensorWeights, images: tf.Tensor, inputs: Inputs, fraction: number) {
  const results = segmentClip(network, weights, clipOf(images, inputs));
  const [first, second] = results.map(({ logits }, index) =>
    bootstrappedCrossEntropy(logits, inputs[`target${index + 1}`]!, fraction),
  ) as [tf.Scalar, tf.Scalar];
  return { results, first, second, total: tf.add(first, second) as tf.Scalar };
}

/** `loss` and its gradients with respect to the frames and to all trained weights. */
function differentiate(
  network: StcnNetwork,
  weights: TensorWeights,
  images: tf.Tensor,
  loss: (weights: TensorWeights, images: tf.Tensor) => tf.Scalar,
): Record<string, tf.Tensor> {
  const keys = network.parameters.filter(({ trainable }) => trainable !== false).map(({ key }) => key);
  const { value, grads } = tf.valueAndGrads((frames: tf.Tensor, ...trained: tf.Tensor[]) =>
    loss(new Map([...weights, ...keys.map((key, index) => [key, trained[index]!] as const)]), frames),
  )([images, ...keys.map((key) => weights.get(key)!)]);
  return {
    value,
    rgb: grads[0]!,
    ...Object.fromEntries(keys.map((key, index) => [mark + key, grads[index + 1]!])),
  };
}

function crossEntropyPass(network: StcnNetwork): TensorFunction {
  return (inputs, weights) => {
    const images = inputs.images!;
    const { results, first, second, total } = losses(network, weights, images, inputs, 1);
    const late = losses(network, weights, images, inputs, bootstrappedFraction(lateIteration)).total;
    const keys = tf.reshape(network.encodeKey(weights, images as tf.Tensor4D).k16, [3, -1, network.config.keyChannels]);
    const [memory, query] = tf.split(keys, [2, 1], 0) as [tf.Tensor3D, tf.Tensor3D];
    const cells = tf.reshape(memory, [1, -1, memory.shape[2]]) as tf.Tensor3D;
    return {
      ...differentiate(
        network,
        weights,
        images,
        (trained, frames) => losses(network, trained, frames, inputs, 1).total,
      ),
      'train.logits_1': results[0]!.logits,
      'train.logits_2': results[1]!.logits,
      'train.mask_2': withoutBackground(results[1]!.probabilities),
      'train.loss_1': first,
      'train.loss_2': second,
      'train.total_loss': total,
      'train.total_loss_it60000': late,
      shares: readMemory({ keys: cells, values: cells }, query, { topK: null }).shares,
    };
  };
}

function squaredErrorPass(network: StcnNetwork): TensorFunction {
  return (inputs, weights) =>
    differentiate(network, weights, inputs.images!, (trained, images) => {
      const [, last] = segmentClip(network, trained, clipOf(images, inputs));
      return tf.mean(tf.square(tf.sub(withoutBackground(last!.probabilities), inputs.target!)));
    });
}

/** Class labels of frame `index` as one-hot [1, H, W, 3]. */
function oneHotLabels(context: OracleContext, index: number): HostTensor {
  const { data, shape } = stored(context, 'train.in.cls_gt');
  const [, , height, width] = shape as [number, number, number, number];
  const target = new Float32Array(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) target[pixel * 3 + data[index * height * width + pixel]!] = 1;
  return hostTensor(target, [1, height, width, 3]);
}

function firstPlane({ data, shape, dtype }: HostTensor): HostTensor {
  const size = shape.at(-1)! * shape.at(-2)!;
  return { data: data.subarray(0, size), shape: [1, 1, ...shape.slice(-2)], dtype };
}

/** The training pass: losses, and gradients with respect to frames and weights. */
export async function runTrainingPass(context: OracleContext, network: StcnNetwork) {
  const frames = [0, 1, 2].map((index) => sequenceFrame(context, index));
  const [, height, width] = frames[0]!.shape as [number, number, number, number];
  const shared = {
    images: hostTensor(Float32Array.from(frames.flatMap(({ data }) => [...data])), [3, height, width, 3]),
    masks: stackMasks(['train.in.gt', 'train.in.sec_gt'].map((name) => firstPlane(stored(context, name)))),
    selector: stored(context, 'train.in.selector'),
  };
  const targets = { target1: oneHotLabels(context, 1), target2: oneHotLabels(context, 2) };
  const entropy = await runFunction(context, crossEntropyPass(network), { ...shared, ...targets });
  const target = stackMasks([stored(context, 'train_mse.in.target')]);
  const squared = await runFunction(context, squaredErrorPass(network), { ...shared, target });

  const { shares, ...others } = entropy;
  const passes = [collect('train', others), collect('train_mse', squared)] as const;
  const tensors = new Map(passes.flatMap(({ tensors: part }) => [...part]));
  tensors.set('train_mse.loss', squared.value!);
  tensors.set('train.affinity_2', denseAffinity(shares!, undefined, shares!.shape[2]!));
  tensors.set('train.top_p_it60000', hostTensor(Float32Array.of(bootstrappedFraction(lateIteration)), [1]));
  const paramGrads = new Map([
    ['train', passes[0].gradients],
    ['train_mse', passes[1].gradients],
  ]);
  for (const [label, gradients] of paramGrads) {
    for (const name of context.tensors.keys()) {
      const prefix = `${label}.grad.param.`;
      const gradient = name.startsWith(prefix) ? gradients.get(name.slice(prefix.length)) : undefined;
      if (gradient !== undefined) tensors.set(name, gradient);
    }
  }
  return { tensors, paramGrads };
}

/** Splits a pass into stored tensors and gradients of weights. */
function collect(label: string, outputs: Readonly<Record<string, HostTensor>>) {
  const gradients = new Map<string, HostTensor>();
  const named: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith(mark)) gradients.set(name.slice(mark.length), tensor);
    else if (name === 'rgb') named[`${label}.grad.rgb`] = tensor;
    else if (name !== 'value') named[name] = tensor;
  }
  const tensors = toStored(named);
  const rgb = tensors.get(`${label}.grad.rgb`)!;
  tensors.set(`${label}.grad.rgb`, { ...rgb, shape: [1, ...rgb.shape] });
  return { tensors, gradients };
}
