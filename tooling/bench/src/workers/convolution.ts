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

const tasks: Readonly<Record<string, TensorFunction>> = {
  forward: (given, constants) => ({ y: convolve(given.x!, constants.get('weight')!) }),
  backward: (given) => {
    const operands = [given.x!, given.weight!];
    const [dx, dw] = tf.grads((a, b) => convolve(a!, b!))(operands, given.slope!);
    return { y: convolve(given.x!, given.weight!), dx: dx!, dw: dw! };
  },
};

const isForward = options.task === 'forward';
const feeds = isForward ? { x: inputs.x! } : { ...inputs, weight };
const signature = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(tasks[options.task]!, signature, { threads, ...(isForward && { weights }) });
const first = await compiled.run(feeds);
// PyTorch's allocator reuses its arrays from run to run, too.
const into = Object.fromEntries(Object.entries(first).map(([name, { data }]) => [name, data]));
const run = () => compiled.run(feeds, into);
const results = Object.values(first);
const meanSquare = ({ data }: { data: ArrayLike<number> }) => {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! ** 2;
  return sum / data.length;
};
const check = Object.fromEntries(results.map((result, i) => [`mean square ${i}`, meanSquare(result)]));
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
