import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

function ifrnetRow(
  task: 'inference' | 'train',
  row: Pick<Row, 'title' | 'limit'>,
  shapes: Readonly<Record<string, readonly number[]>>,
): Row {
  const worker = `ifrnet-${task}`;
  const id = `engine-${worker}`;
  return {
    ...row,
    id,
    needsOfficial: 'IFRNet',
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      await writeExchange(tensors, createIfrnet('ifrnet').parameters, shapes);
      return {
        ours: ourWorker(worker, tensors, context, { flags: task === 'inference' ? ['--preset', 'ifrnet'] : [] }),
        peer: peerWorker('ifrnet_peer', [task], tensors, context),
        agreement: AGREEMENT,
      };
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
  id: 'engine-ifrnet-vos-train',
  title: 'VOS-aware training step (stcn_tiny) against the plain one, batch 2, 224x224',
  limit: 1.35,
  prepare: async (context) => {
    const tensors = join(context.folder, 'ifrnet-vos-train.safetensors');
    const mask = [2, 224, 224, 1];
    const shapes = { ...trainingShapes, mask0: mask, maskT: mask, mask1: mask };
    await writeExchange(tensors, createIfrnet('ifrnet').parameters, shapes);
    return {
      ours: ourWorker('ifrnet-vos-train', tensors, context, { name: 'VOS-aware' }),
      peer: ourWorker('ifrnet-train', tensors, context, { name: 'plain' }),
      agreement: null,
    };
  },
};

/** IFRNet (base) against the official code, and its VOS-aware training against its plain one. */
export const ifrnetRows: readonly Row[] = [
  ifrnetRow(
    'inference',
    { title: 'IFRNet inference, 480x864', limit: 0.75 },
    { frame0: [1, 480, 864, 3], frame1: [1, 480, 864, 3], t: [1, 1, 1, 1] },
  ),
  ifrnetRow('train', { title: 'IFRNet training step, batch 2, 224x224', limit: 0.9 }, trainingShapes),
  vosTrainingRow,
];
