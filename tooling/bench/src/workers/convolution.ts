import { conv2d } from '@vosvfi/ops';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads, options } = workerArguments('task', 'stride');
const { weights, inputs } = await readExchange(tensors);
const weight = weights.get('weight')!;

/** Channels first at both ends, as values are inside a compiled network. */
function convolve(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const geometry = { stride: Number(options.stride), padding: weight.shape[2]! >> 1 };
  return tf.transpose(conv2d(tf.transpose(x, [0, 2, 3, 1]), filter, undefined, geometry), [0, 3, 1, 2]);
}

/**
 * In a network results stay inside of ONNX Runtime, so none is handed out here: that would copy it. The largest value is
 * handed out instead, which one pass over the result finds.
 */
const largest = (results: readonly tf.Tensor[]) =>
  Object.fromEntries(results.map((result, i) => [`largest ${i}`, tf.max(result)]));

const tasks: Readonly<Record<string, TensorFunction>> = {
  forward: (given, constants) => largest([convolve(given.x!, constants.get('weight')!)]),
  backward: (given) => {
    const operands = [given.x!, given.weight!];
    const gradients = tf.grads((a, b) => convolve(a!, b!))(operands, given.slope!);
    return largest([convolve(given.x!, given.weight!), ...gradients]);
  },
};

const isForward = options.task === 'forward';
const feeds = isForward ? { x: inputs.x! } : { ...inputs, weight };
const signature = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(tasks[options.task]!, signature, { threads, ...(isForward && { weights }) });
const run = () => compiled.run(feeds);
const check = Object.fromEntries(Object.entries(await run()).map(([name, { data }]) => [name, data[0]!]));
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
