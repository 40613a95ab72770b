import type { HostTensor } from '@vosvfi/core';
import type { TensorFunction, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { createDeeplabv3, type Deeplabv3Network, type Deeplabv3Preset, vocClasses } from '@vosvfi/vos/deeplabv3';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

const mark = 'parameter:';
const label = 'main';

/** Probability [B, H, W, 1] that a pixel is not background. */
function foreground(logits: tf.Tensor4D): tf.Tensor {
  return tf.sub(1, tf.slice(tf.softmax(logits, 3), [0, 0, 0, 0], [-1, -1, -1, 1]));
}

function outputsOf(network: Deeplabv3Network): TensorFunction {
  return ({ image, normalised }, weights) => {
    const { features, pooled, coarse, logits } = network.segment(weights, normalised as tf.Tensor4D);
    const fromPicture = network.forward(weights, { frame: image as tf.Tensor4D });
    const labels = tf.argMax(fromPicture.logits, 3);
    const is = (flags: tf.Tensor): tf.Tensor => tf.cast(flags, 'int32');
    return {
      ...Object.fromEntries(features.map((feature, index) => [`mid.layer${index + 1}`, feature])),
      'mid.aspp': pooled,
      'mid.logits_lowres': coarse,
      'out.logits': fromPicture.logits,
      'out.argmax': is(labels),
      'out.foreground': is(tf.notEqual(labels, 0)),
      'out.person': is(tf.equal(labels, vocClasses.indexOf('person'))),
      'out.foreground_probability': foreground(logits),
    };
  };
}

function gradientsOf(network: Deeplabv3Network): TensorFunction {
  return ({ normalised, target }, weights) => {
    const keys = network.parameters.filter(({ trainable }) => trainable !== false).map(({ key }) => key);
    const loss = (image: tf.Tensor, trained: TensorWeights): tf.Scalar =>
      tf.mean(tf.square(tf.sub(foreground(network.segment(trained, image as tf.Tensor4D).logits), target!)));
    const { value, grads } = tf.valueAndGrads((image: tf.Tensor, ...given: tf.Tensor[]) =>
      loss(image, new Map([...weights, ...keys.map((key, index) => [key, given[index]!] as const)])),
    )([normalised!, ...keys.map((key) => weights.get(key)!)]);
    return {
      loss: value,
      [`${label}.grad.normalised`]: grads[0]!,
      ...Object.fromEntries(keys.map((key, index) => [mark + key, grads[index + 1]!])),
    };
  };
}

async function run(context: OracleContext) {
  const network = createDeeplabv3(context.id as Deeplabv3Preset);
  const [image, normalised, target] = ['image', 'normalised', 'target'].map((name) =>
    storedInput(context, `in.${name}`),
  ) as [HostTensor, HostTensor, HostTensor];
  const outputs = await runFunction(context, outputsOf(network), { image, normalised });
  const differentiated = await runFunction(context, gradientsOf(network), { normalised, target });
  const gradients = new Map<string, HostTensor>();
  const others: Record<string, HostTensor> = { ...outputs };
  for (const [name, tensor] of Object.entries(differentiated)) {
    if (name.startsWith(mark)) gradients.set(name.slice(mark.length), tensor);
    else others[name] = tensor;
  }
  const tensors = toStored(others);
  for (const [key, gradient] of gradients) {
    const name = `${label}.grad.param.${key}`;
    if (context.tensors.has(name)) tensors.set(name, gradient);
  }
  return { tensors, paramGrads: new Map([[label, gradients]]) };
}

/** DeepLabV3: stages, classes, and the gradients of the foreground's squared error. */
export const oracleCase: OracleCase = { ids: ['deeplabv3_resnet50', 'deeplabv3_resnet101'], run };
