import { join } from 'node:path';
import { createRandom } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { initializeWeights } from '@vosvfi/runtime';
import { buildTask } from '@vosvfi/train-cli';
import { createStcn } from '@vosvfi/vos/stcn';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type OfficialCode, type Row, type RowContext } from '../row.js';
import { type Segmenter, type TrainedNetwork, trainingRecipe } from '../training-recipe.js';
import { ourWorker, peerWorker } from './workers.js';

/** A network, how much it sees in a step, and whose code the peer runs. */
interface TrainingCase {
  readonly network: TrainedNetwork;
  readonly title: string;
  readonly batch: number;
  readonly side: number;
  readonly official: OfficialCode;
  readonly peer: readonly [file: string, ...flags: string[]];
}

const cases: readonly TrainingCase[] = [
  {
    ...{ network: 'ifrnet_s', title: 'IFRNet_S', batch: 2, side: 224 },
    ...{ official: 'IFRNet', peer: ['ifrnet_peer', 'train', '--model', 'IFRNet_S'] },
  },
  {
    ...{ network: 'ifrnet', title: 'IFRNet', batch: 2, side: 224 },
    ...{ official: 'IFRNet', peer: ['ifrnet_peer', 'train'] },
  },
  {
    ...{ network: 'adacof', title: 'AdaCoF', batch: 1, side: 256 },
    ...{ official: 'AdaCoF-pytorch', peer: ['adacof_peer'] },
  },
];

/** Weights and a batch in an exchange file; returns its name. */
async function writeBatch({ network, batch, side }: TrainingCase, id: string, context: RowContext): Promise<string> {
  const file = join(context.folder, `${id}.safetensors`);
  const { parameters } = await buildTask(trainingRecipe(network, 'none'));
  const [frame, mask] = [
    [batch, side, side, 3],
    [batch, side, side, 1],
  ];
  const frames = { frame0: frame!, frameT: frame!, frame1: frame!, t: [batch, 1, 1, 1] };
  await writeExchange(file, parameters, { ...frames, mask0: mask!, maskT: mask!, mask1: mask! });
  return file;
}

function worker(network: TrainedNetwork, segmenter: Segmenter, weights: string, tensors: string, context: RowContext) {
  const flags = ['--network', network, '--segmenter', segmenter, '--segmenter-weights', weights];
  const name = segmenter === 'none' ? 'VOSVFI' : `with ${segmenter}`;
  return ourWorker('training', tensors, context, { name, flags });
}

/** The official code's step against ours. */
function plainRow(which: TrainingCase): Row {
  const { network, title, batch, side, official, peer } = which;
  const id = `train-${network}`;
  return {
    id,
    title: `${title} training step, batch ${batch}, ${side}x${side}`,
    limit: 1,
    needsOfficial: official,
    prepare: async (context) => {
      const tensors = await writeBatch(which, id, context);
      const [file, ...flags] = peer;
      return {
        ours: worker(network, 'none', '', tensors, context),
        peer: peerWorker(file, flags, tensors, context),
        agreement: AGREEMENT,
      };
    },
  };
}

/** What the VOS-aware terms add to a step: ours against ours. */
function vosRow(which: TrainingCase, segmenter: Exclude<Segmenter, 'none'>): Row {
  const { network, title, batch, side } = which;
  const id = `train-${network}-${segmenter}`;
  return {
    id,
    title: `${title}, VOS-aware step (${segmenter}) against the plain one, batch ${batch}, ${side}x${side}`,
    limit: 1.3,
    memoryLimit: 1.1,
    prepare: async (context) => {
      const tensors = await writeBatch(which, id, context);
      const weights = segmenter === 'stcn' ? await writeFreshStcn(context) : '';
      return {
        ours: worker(network, segmenter, weights, tensors, context),
        peer: worker(network, 'none', '', tensors, context),
        agreement: null,
      };
    },
  };
}

/** STCN with fresh weights, of which none are shipped; returns the file. */
async function writeFreshStcn({ folder }: RowContext): Promise<string> {
  const file = join(folder, 'stcn.safetensors');
  await writeSafetensors(file, initializeWeights(createStcn('stcn').parameters, createRandom(2)));
  return file;
}

/** Training steps against the official code, and what the VOS-aware terms add to each. */
export const trainingRows: readonly Row[] = [
  ...cases.map(plainRow),
  ...cases.map((which) => vosRow(which, 'stcn_tiny')),
  ...cases.filter(({ network }) => network === 'adacof').map((which) => vosRow(which, 'stcn')),
];
