import type { HostTensor, Mask } from '@vosvfi/core';
import { createStcn, createStcnVideoSegmenter } from '@vosvfi/vos/stcn';
import { readExchange } from '../exchange.js';
import { means, serve } from '../serve.js';
import { workerArguments } from './arguments.js';
import { framesOf, masksOf } from './video.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const frames = framesOf(inputs.frames!);
const [masks] = masksOf(inputs.mask!) as [Mask];
const segmenter = createStcnVideoSegmenter(createStcn('stcn'), weights, { threads });
const video = segmenter.start();

/** Carries the mask through the video; probabilities of the last frame. */
async function run(): Promise<HostTensor> {
  video.reset();
  let last = (await video.step(frames[0]!, { masks })).probabilities;
  for (const frame of frames.slice(1)) last = (await video.step(frame)).probabilities;
  return last;
}

await serve({ run, check: means(await run()), version: 'VOSVFI' });
await segmenter.dispose();
