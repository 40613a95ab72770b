import type { Mask } from '@vosvfi/core';
import { createStcn, createStcnVideoSegmenter } from '@vosvfi/vos/stcn';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';
import { framesOf, masksOf } from './video.js';

const { tensors, threads, options } = workerArguments('length');
const { weights, inputs } = await readExchange(tensors);
const frames = framesOf(inputs.frames!);
const [masks] = masksOf(inputs.mask!) as [Mask];
const segmenter = createStcnVideoSegmenter(createStcn('stcn_tiny'), weights, { threads });

/** The frames over and over, as one video. */
async function run(): Promise<void> {
  const video = segmenter.start();
  for (let index = 0; index < Number(options.length); index++) {
    await video.step(frames[index % frames.length]!, index === 0 ? { masks } : undefined);
  }
}

await run();
await serve({ run, check: {}, version: `VOSVFI, ${options.length} frames` });
await segmenter.dispose();
