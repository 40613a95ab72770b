import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeExchange } from '../exchange.js';
import type { Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

/** IFRNet (base) in int8 against PyTorch's float32, which it differs from: its worker reports by how much. */
const int8Row: Row = {
  id: 'engine-int8-ifrnet',
  title: 'IFRNet inference in int8 against float32, 480x864',
  limit: 0.5,
  needsOfficial: 'IFRNet',
  prepare: async (context) => {
    const tensors = join(context.folder, 'engine-int8-ifrnet.safetensors');
    const shape = [1, 480, 864, 3];
    const { parameters } = createIfrnet('ifrnet', undefined, 'he');
    await writeExchange(tensors, parameters, { frame0: shape, frame1: shape, t: [1, 1, 1, 1] });
    return {
      ours: ourWorker('ifrnet-int8', tensors, context),
      peer: peerWorker('ifrnet_peer', ['inference'], tensors, context),
      agreement: null,
    };
  },
};

/** Rows of lower precision. */
export const precisionRows: readonly Row[] = [int8Row];
