import { join } from 'node:path';
import { hostTensor } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { createStcn } from '@vosvfi/vos/stcn';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { calmed } from './stcn.js';
import { ourWorker, peerWorker } from './workers.js';

const [height, width] = [480, 854];
/** With memory at frames 0, 5 and 10 of 12. */
const propagatedFrames = 12;
const scoredFrames = 20;
const videoLengths = { long: 1000, short: 200 };

/** No blob is larger. */
const reach = 150;

/** 1 inside a wavy blob that moves from frame to frame; `grown` pixels larger and `shift` pixels aside. */
function blobs(grown: number, shift: number): Float32Array {
  const masks = new Float32Array(scoredFrames * height * width);
  for (let frame = 0; frame < scoredFrames; frame++) {
    const [centreX, centreY] = [250 + 15 * frame + shift, 240 + 2 * frame];
    for (let y = centreY - reach; y < centreY + reach; y++) {
      for (let x = centreX - reach; x < centreX + reach; x++) {
        const angle = Math.atan2(y - centreY, x - centreX);
        const radius = 105 * (1 + 0.15 * Math.sin(5 * angle) + 0.08 * Math.sin(11 * angle + frame)) + grown;
        const isInside = Math.hypot(x - centreX, y - centreY) < radius;
        masks[(frame * height + y) * width + x] = isInside ? 1 : 0;
      }
    }
  }
  return masks;
}

/** Video object segmentation: propagation with memory, long videos, and the scores of DAVIS. */
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
  {
    id: 'vos-scores',
    title: `J and F of ${scoredFrames} masks, 480x854`,
    limit: 0.1,
    needsOfficial: 'davis2017-evaluation',
    prepare: async (context) => {
      const tensors = join(context.folder, 'vos-scores.safetensors');
      const shape = [scoredFrames, height, width];
      await writeSafetensors(
        tensors,
        new Map([
          ['in.annotations', hostTensor(blobs(0, 0), shape)],
          ['in.shifted', hostTensor(blobs(0, 5), shape)],
          ['in.grown', hostTensor(blobs(9, 0), shape)],
        ]),
      );
      return {
        ours: ourWorker('davis-scores', tensors, context),
        peer: peerWorker('davis_peer', [], tensors, context),
        agreement: 1e-12,
      };
    },
  },
];
