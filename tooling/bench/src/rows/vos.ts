import { join } from 'node:path';
import { createStcn } from '@vosvfi/vos/stcn';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { calmed } from './stcn.js';
import { ourWorker, peerWorker } from './workers.js';

const [height, width] = [480, 854];
/** With memory at frames 0, 5 and 10 of 12. */
const propagatedFrames = 12;
const videoLengths = { long: 1000, short: 200 };

/** Video object segmentation: propagation with memory, and long videos. */
export const vosRows: readonly Row[] = [
  {
    id: 'vos-stcn-propagation',
    title: `STCN, ${propagatedFrames} frames of 480x854, memory every 5th`,
    limit: 0.8,
    needsOfficial: 'STCN',
    prepare: async (context) => {
      const tensors = join(context.folder, 'vos-stcn-propagation.safetensors');
      const shapes = { frames: [propagatedFrames, height, width, 3], mask: [height, width] };
      await writeExchange(tensors, createStcn('stcn').parameters.map(calmed), shapes);
      return {
        ours: ourWorker('stcn-video', tensors, context),
        peer: peerWorker('stcn_video_peer', [], tensors, context),
        agreement: AGREEMENT,
      };
    },
  },
  {
    id: 'vos-memory',
    title: 'STCN (tiny), a frame of 1,000 against one of 200, 144x256',
    limit: 1.2,
    memoryLimit: 1.1,
    pixels: { ours: videoLengths.long, peer: videoLengths.short },
    prepare: async (context) => {
      const tensors = join(context.folder, 'vos-memory.safetensors');
      const shapes = { frames: [8, 144, 256, 3], mask: [144, 256] };
      await writeExchange(tensors, createStcn('stcn_tiny').parameters, shapes);
      const worker = (length: number) =>
        ourWorker('stcn-long-video', tensors, context, {
          name: `${length} frames`,
          flags: ['--length', String(length)],
        });
      return { ours: worker(videoLengths.long), peer: worker(videoLengths.short), agreement: null };
    },
  },
];
