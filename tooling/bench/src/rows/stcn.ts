import { join } from 'node:path';
import type { ParameterSpec } from '@vosvfi/runtime';
import { createStcn } from '@vosvfi/vos/stcn';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

/** The official softmax overflows where keys are as large as random weights make them. */
export function calmed(parameter: ParameterSpec): ParameterSpec {
  if (!parameter.key.startsWith('key_proj.')) return parameter;
  return { ...parameter, init: (random) => parameter.init(random).map((value) => value * 0.01) };
}

/** STCN against the official code: one frame is memorized with its mask, which is carried to the next frame. */
export const stcnRows: readonly Row[] = [
  {
    id: 'engine-stcn-propagation',
    title: 'STCN, two frames, 480x864',
    limit: 0.8,
    needsOfficial: 'STCN',
    prepare: async (context) => {
      const tensors = join(context.folder, 'engine-stcn-propagation.safetensors');
      const frame = [1, 480, 864, 3];
      const shapes = { frame0: frame, mask0: [1, 480, 864, 1], frame1: frame };
      await writeExchange(tensors, createStcn('stcn').parameters.map(calmed), shapes);
      return {
        ours: ourWorker('stcn-propagation', tensors, context),
        peer: peerWorker('stcn_peer', [], tensors, context),
        agreement: AGREEMENT,
      };
    },
  },
];
