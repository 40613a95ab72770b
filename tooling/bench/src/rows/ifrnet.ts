import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

const id = 'engine-ifrnet-inference';
const frame = [1, 480, 864, 3];

/** IFRNet (base) against the official code. */
export const ifrnetRows: readonly Row[] = [
  {
    id,
    title: 'IFRNet inference, 480x864',
    limit: 0.75,
    needsOfficial: 'IFRNet',
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      const shapes = { frame0: frame, frame1: frame, t: [1, 1, 1, 1] };
      await writeExchange(tensors, createIfrnet('ifrnet').parameters, shapes);
      return {
        ours: ourWorker('ifrnet-inference', tensors, context, { flags: ['--preset', 'ifrnet'] }),
        peer: peerWorker('ifrnet_peer', ['inference'], tensors, context),
        agreement: AGREEMENT,
      };
    },
  },
];
