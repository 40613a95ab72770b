import { ifrnetObjective } from '@vosvfi/losses';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { compileTrainStep } from '@vosvfi/runtime';
import { adamW } from '@vosvfi/train';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const network = createIfrnet('ifrnet');
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const step = await compileTrainStep({
  loss: (tensorWeights, { frame0, frame1, frameT, t }) => {
    const prediction = network.forwardTraining(tensorWeights, {
      frame0: frame0!,
      frame1: frame1!,
      frameT: frameT!,
      t: t!,
    });
    return ifrnetObjective(prediction, { frameT: frameT! });
  },
  parameters: weights,
  signature,
  optimizer: adamW(),
  threads,
});
const run = () => step.run(inputs, { learningRate: 1e-4 });
const check: Record<string, number> = {};
for (const count of [1, 2, 3]) check[`loss ${count}`] = (await run()).total;
await serve({ run, check, version: `VOSVFI, ${step.facts.nodes} nodes` });
await step.dispose();
