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

function ourWorker(name: string, tensors: string, { threads }: RowContext): CompetitorCommand {
  // This program's own flags say how source files are found and read.
  const args = [here(`workers/${name}.ts`), '--tensors', tensors, '--threads', String(threads)];
  return { name: 'VOSVFI', program: process.execPath, args: [...process.execArgv, ...args] };
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

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ifrnetRow(
    'inference',
    { title: 'IFRNet inference, 480x864', limit: 0.95 },
    { frame0: [1, 480, 864, 3], frame1: [1, 480, 864, 3], t: [1, 1, 1, 1] },
  ),
  ifrnetRow(
    'train',
    { title: 'IFRNet training step, batch 2, 224x224', limit: 1.1 },
    { frame0: [2, 224, 224, 3], frame1: [2, 224, 224, 3], frameT: [2, 224, 224, 3], t: [2, 1, 1, 1] },
  ),
];
