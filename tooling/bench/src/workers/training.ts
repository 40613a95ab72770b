import type { HostTensor } from '@vosvfi/core';
import { compileTrainStep } from '@vosvfi/runtime';
import { buildOptimizer, buildTask } from '@vosvfi/train-cli';
import { readExchange } from '../exchange.js';
import { serve, type Task } from '../serve.js';
import { type Segmenter, type TrainedNetwork, trainingRecipe } from '../training-recipe.js';
import { workerArguments } from './arguments.js';

/** A recipe's training step, compiled and warm. `check` holds the losses of the first three steps. */
async function openTraining(): Promise<Task> {
  const { tensors, threads, options } = workerArguments('network', 'segmenter', 'segmenter-weights');
  const weights = options['segmenter-weights'] === '' ? undefined : options['segmenter-weights'];
  const recipe = trainingRecipe(options.network as TrainedNetwork, options.segmenter as Segmenter, weights);
  const task = await buildTask(recipe);
  const exchange = await readExchange(tensors);
  const inputs = Object.fromEntries(task.inputs.map((name): [string, HostTensor] => [name, exchange.inputs[name]!]));
  const step = await compileTrainStep({
    loss: task.loss,
    parameters: exchange.weights,
    frozen: task.frozen,
    signature: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }])),
    optimizer: buildOptimizer(recipe),
    threads,
  });
  const learningRate = options.network === 'adacof' ? 1e-3 : 1e-4;
  const run = () => step.run(inputs, { learningRate });
  const check: Record<string, number> = {};
  for (const count of [1, 2, 3]) check[`loss ${count}`] = (await run()).total;
  return { run, check, version: `VOSVFI, ${step.facts.nodes} nodes` };
}

await serve(await openTraining());
