import { createIfrnet } from '@vosvfi/models/ifrnet';
import { compile } from '@vosvfi/runtime';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const network = createIfrnet('ifrnet');
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(
  ({ frame0, frame1, t }, tensorWeights) => ({
    frame: network.forward(tensorWeights, { frame0: frame0!, frame1: frame1!, t: t! }).frame,
  }),
  signature,
  { weights, threads },
);
const run = () => compiled.run(inputs);
const { data } = (await run()).frame!;
let [sum, squares] = [0, 0];
for (const value of data) {
  sum += value;
  squares += value * value;
}
const check = { mean: sum / data.length, meanSquare: squares / data.length };
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
