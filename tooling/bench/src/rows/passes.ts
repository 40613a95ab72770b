import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { type PassName, passNames } from '@vosvfi/runtime';
import type { CompetitorCommand } from '../competitor.js';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row, type RowContext } from '../row.js';
import { ourWorker } from './workers.js';

const frames = (batch: number, size: number) => ({
  frame0: [batch, size, size, 3],
  frame1: [batch, size, size, 3],
  t: [batch, 1, 1, 1],
});

interface Comparison extends Pick<Row, 'id' | 'title' | 'limit'> {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Names and flags of the worker on both sides. */
  readonly ours: readonly [name: string, ...flags: string[]];
  readonly peer: readonly [name: string, ...flags: string[]];
}

function withFlags(context: RowContext, tensors: string, [name, ...flags]: Comparison['ours']): CompetitorCommand {
  return ourWorker('pass', tensors, context, { name, flags });
}

/** IFRNet_S against itself, compiled in another way. */
function comparison({ id, title, limit, shapes, ours, peer }: Comparison): Row {
  return {
    id,
    title,
    limit,
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      await writeExchange(tensors, createIfrnet('ifrnet_s').parameters, shapes);
      const sides = [ours, peer].map((side) => withFlags(context, tensors, side)) as [
        CompetitorCommand,
        CompetitorCommand,
      ];
      return { ours: sides[0], peer: sides[1], agreement: AGREEMENT };
    },
  };
}

const tasks = [
  { task: 'inference', title: 'inference, 256x256', shapes: frames(1, 256) },
  { task: 'train', title: 'training step, 64x64', shapes: { ...frames(1, 64), frameT: [1, 64, 64, 3] } },
] as const;

function passRow(pass: PassName, { task, title, shapes }: (typeof tasks)[number]): Row {
  return comparison({
    id: `engine-pass-${pass}-${task}`,
    title: `IFRNet_S ${title}, with and without ${pass}`,
    limit: 1,
    shapes,
    ours: ['with', '--task', task],
    peer: ['without', '--task', task, '--without', pass],
  });
}

/** Every compiler pass: the same network with all passes and with one left out. */
export const passRows: readonly Row[] = [
  ...passNames.flatMap((pass) => tasks.map((task) => passRow(pass, task))),
  comparison({
    id: 'engine-pass-update',
    title: 'IFRNet_S training step, 64x64, AdamW in the graph and in JavaScript',
    limit: 1,
    shapes: tasks[1].shapes,
    ours: ['in the graph'],
    peer: ['in JavaScript', '--task', 'host-update'],
  }),
  comparison({
    id: 'engine-pass-recompute',
    title: 'IFRNet_S training step, batch 2, 256x256, activations recomputed and kept (time for memory)',
    limit: 1.35,
    shapes: { ...frames(2, 256), frameT: [2, 256, 256, 3] },
    ours: ['recomputed', '--recompute'],
    peer: ['kept'],
  }),
];
