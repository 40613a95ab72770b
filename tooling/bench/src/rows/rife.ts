import { join } from 'node:path';
import { createRife } from '@vosvfi/models/rife';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

const id = 'engine-rife-inference';
const frame = [1, 256, 448, 3];

/** RIFE against the official code. */
export const rifeRows: readonly Row[] = [
  {
    id,
    title: 'RIFE inference, 256x448',
    limit: 0.75,
    needsOfficial: 'ECCV2022-RIFE',
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      // The official network has its teacher in interpolation too, unused.
      await writeExchange(tensors, createRife('rife').trainingParameters, { frame0: frame, frame1: frame });
      return {
        ours: ourWorker('rife-inference', tensors, context),
        peer: peerWorker('rife_peer', ['inference'], tensors, context),
        agreement: AGREEMENT,
      };
    },
  },
];
