import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import type { CompetitorCommand } from './competitor.js';
import { writeExchange } from './exchange.js';

/** What a row needs to know of the run. */
export interface RowContext {
  /** Folder for files that both competitors read. */
  readonly folder: string;
  readonly threads: number;
  readonly python: string;
  /** A checkout of the official code, for rows that need it. */
  readonly official: string | undefined;
}

/** Both competitors of a row, ready to be started. */
export interface RowCompetitors {
  readonly ours: CompetitorCommand;
  readonly peer: CompetitorCommand;
  readonly agreement: number | null;
}

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** The ratio aimed at. */
  readonly limit: number;
  readonly needsOfficial: boolean;
  prepare(context: RowContext): Promise<RowCompetitors>;
}

/** Float32 sums in another order. */
const AGREEMENT = 1e-3;

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function ourWorker(worker: string, tensors: string, { threads }: RowContext, name = 'VOSVFI'): CompetitorCommand {
  // This program's own flags say how source files are found and read.
  const args = [here(`workers/${worker}.ts`), '--tensors', tensors, '--threads', String(threads)];
  return { name, program: process.execPath, args: [...process.execArgv, ...args] };
}

function ifrnetPeer(task: 'inference' | 'train', tensors: string, context: RowContext): CompetitorCommand {
  const flags = ['--official', context.official ?? '', '--tensors', tensors, '--threads', String(context.threads)];
  return { name: 'PyTorch', program: context.python, args: [here('../peers/ifrnet_peer.py'), task, ...flags] };
}

function ifrnetRow(
  task: 'inference' | 'train',
  row: Pick<Row, 'title' | 'limit'>,
  shapes: Readonly<Record<string, readonly number[]>>,
): Row {
  const id = `ifrnet-${task}`;
  return {
    ...row,
    id,
    needsOfficial: true,
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      await writeExchange(tensors, createIfrnet('ifrnet').parameters, shapes);
      const [ours, peer] = [ourWorker(id, tensors, context), ifrnetPeer(task, tensors, context)];
      return { ours, peer, agreement: AGREEMENT };
    },
  };
}

const trainingShapes = {
  frame0: [2, 224, 224, 3],
  frame1: [2, 224, 224, 3],
  frameT: [2, 224, 224, 3],
  t: [2, 1, 1, 1],
};

/** What the VOS-aware terms add to a step: ours against ours. */
const vosTrainingRow: Row = {
  id: 'ifrnet-vos-train',
  title: 'VOS-aware training step (stcn_tiny) against the plain one, batch 2, 224x224',
  limit: 1.35,
  needsOfficial: false,
  prepare: async (context) => {
    const tensors = join(context.folder, 'ifrnet-vos-train.safetensors');
    const mask = [2, 224, 224, 1];
    const shapes = { ...trainingShapes, mask0: mask, maskT: mask, mask1: mask };
    await writeExchange(tensors, createIfrnet('ifrnet').parameters, shapes);
    return {
      ours: ourWorker('ifrnet-vos-train', tensors, context, 'VOS-aware'),
      peer: ourWorker('ifrnet-train', tensors, context, 'plain'),
      agreement: null,
    };
  },
};

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ifrnetRow(
    'inference',
    { title: 'IFRNet inference, 480x864', limit: 0.95 },
    { frame0: [1, 480, 864, 3], frame1: [1, 480, 864, 3], t: [1, 1, 1, 1] },
  ),
  ifrnetRow('train', { title: 'IFRNet training step, batch 2, 224x224', limit: 1.1 }, trainingShapes),
  vosTrainingRow,
];
