import { createIfrnet, type IfrnetPreset } from '@vosvfi/models/ifrnet';
import { compile } from '@vosvfi/runtime';
import { readExchange } from '../exchange.js';
import { means, serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads, options } = workerArguments('preset');
const { weights, inputs } = await readExchange(tensors);
const network = createIfrnet(options.preset as IfrnetPreset);
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(
  ({ frame0, frame1, t }, tensorWeights) => ({
    frame: network.forward(tensorWeights, { frame0: frame0!, frame1: frame1!, t: t! }).frame,
  }),
  signature,
  { weights, threads },
);
const run = () => compiled.run(inputs);
const check = means((await run()).frame!);
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
