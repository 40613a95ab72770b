import { createRandom, type Frame, type Mask } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { createStcn } from '../../src/stcn/index.js';

/** An STCN as small as it goes. */
export const smallNetwork = createStcn({
  keyEncoder: { block: 'basic', stem: 4, widths: [4, 5, 6], depths: [1, 1, 1] },
  valueEncoder: { stem: 4, widths: [4, 5, 6], depths: [1, 1, 1] },
  keyChannels: 4,
  valueChannels: 6,
  attentionReduction: 2,
  decoder: [6, 5, 4],
});

/** Fresh weights, with a last layer that is not nearly constant. */
export const smallWeights = new Map(initializeWeights(smallNetwork.parameters, createRandom(2)));
const last = smallWeights.get('decoder.pred.weight')!;
smallWeights.set('decoder.pred.weight', { ...last, data: Float32Array.from(last.data, (value) => value * 30) });

/** Frames of noise. */
export function noiseFrame(seed: number, width: number, height: number): Frame {
  const random = createRandom(seed);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(0, 255)), width, height };
}

/** Vertical stripes of `labels`, each `step` pixels wide. */
export function stripes(labels: readonly number[], step: number, width: number, height: number): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) => labels[Math.floor((i % width) / step)] ?? 0);
  return { data, width, height };
}
