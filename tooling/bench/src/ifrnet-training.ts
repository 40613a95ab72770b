import { createRandom, type HostTensor, type WeightMap } from '@vosvfi/core';
import { addObjectives, ifrnetObjective, vosObjective } from '@vosvfi/losses';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { compileTrainStep, initializeWeights, type LossFunction } from '@vosvfi/runtime';
import { adamW } from '@vosvfi/train';
import { createStcn, createStcnSegmenter } from '@vosvfi/vos/stcn';
import { readExchange } from './exchange.js';
import type { Task } from './serve.js';

/** What to train, and on what. */
export interface TrainingOptions {
  /** File of weights and inputs. */
  readonly tensors: string;
  readonly threads: number;
  /** Add the VOS-aware terms, with a small STCN of fresh weights. */
  readonly isVosAware: boolean;
}

/** IFRNet's training step, compiled and warm. `check` holds the losses of the first three steps. */
export async function openTraining({ tensors, threads, isVosAware }: TrainingOptions): Promise<Task> {
  const exchange = await readExchange(tensors);
  const names = ['frame0', 'frame1', 'frameT', 't', ...(isVosAware ? ['mask0', 'maskT', 'mask1'] : [])];
  const inputs = Object.fromEntries(names.map((name): [string, HostTensor] => [name, exchange.inputs[name]!]));
  const segmentation = createStcn('stcn_tiny');
  const frozen: WeightMap = isVosAware
    ? initializeWeights(segmentation.parameters, createRandom(2))
    : new Map<string, HostTensor>();
  const network = createIfrnet('ifrnet');
  const loss: LossFunction = (weights, given, frozenWeights) => {
    const { frame0, frame1, frameT, t } = given;
    const prediction = network.forwardTraining(weights, { frame0: frame0!, frame1: frame1!, frameT: frameT!, t: t! });
    const plain = ifrnetObjective(prediction, { frameT: frameT! });
    if (!isVosAware) return plain;
    const masks = { mask0: given.mask0!, maskT: given.maskT!, mask1: given.mask1! };
    const segmenter = createStcnSegmenter(segmentation, frozenWeights);
    return addObjectives(
      plain,
      vosObjective(segmenter, { frame: prediction.frame, frame0: frame0!, frame1: frame1!, ...masks }),
    );
  };
  const step = await compileTrainStep({
    loss,
    parameters: exchange.weights,
    frozen,
    signature: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }])),
    optimizer: adamW(),
    threads,
  });
  const run = () => step.run(inputs, { learningRate: 1e-4 });
  const check: Record<string, number> = {};
  for (const count of [1, 2, 3]) check[`loss ${count}`] = (await run()).total;
  return { run, check, version: `VOSVFI, ${step.facts.nodes} nodes` };
}
