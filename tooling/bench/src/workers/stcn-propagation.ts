import { compile } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { createStcn } from '@vosvfi/vos/stcn';
import { readExchange } from '../exchange.js';
import { means, serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const network = createStcn('stcn');
const compiled = await compile(
  ({ frame0, mask0, frame1 }, tensorWeights) => ({
    mask: network.forward(tensorWeights, {
      frame0: frame0 as tf.Tensor4D,
      mask0: mask0 as tf.Tensor4D,
      frame1: frame1 as tf.Tensor4D,
    }).mask1,
  }),
  Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }])),
  { weights, threads },
);
const run = () => compiled.run(inputs);
await serve({ run, check: means((await run()).mask!), version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
