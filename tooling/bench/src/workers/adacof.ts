import type { HostTensor } from '@vosvfi/core';
import { adacof } from '@vosvfi/ops';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const collect = (image: tf.Tensor, weights: tf.Tensor, offsetsY: tf.Tensor, offsetsX: tf.Tensor): tf.Tensor =>
  adacof(image, { weights, offsetsY, offsetsX });

const { tensors, threads, options } = workerArguments('task');

const forward: TensorFunction = ({ image, weights, offsetsY, offsetsX }) => ({
  out: collect(image!, weights!, offsetsY!, offsetsX!),
});

/** The result, too: a network's loss needs it. */
const backward: TensorFunction = ({ image, weights, offsetsY, offsetsX, dy }) => {
  const loss = (...at: tf.Tensor[]): tf.Scalar =>
    tf.sum(tf.mul(collect(...(at as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])), dy!));
  const { value, grads } = tf.valueAndGrads(loss)([image!, weights!, offsetsY!, offsetsX!]);
  return { value, dImage: grads[0]!, dWeights: grads[1]!, dOffsetsY: grads[2]!, dOffsetsX: grads[3]! };
};

function meanSquare({ data }: HostTensor): number {
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += data[i]! ** 2;
  return squares / data.length;
}

const { inputs } = await readExchange(tensors);
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(options.task === 'forward' ? forward : backward, signature, { threads });
const run = () => compiled.run(inputs);
const { value: _, ...results } = await run();
const check = Object.fromEntries(Object.entries(results).map(([name, result]) => [name, meanSquare(result)]));
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
