import { vosObjective } from '@vosvfi/losses';
import { createMast, createMastSegmenter } from '@vosvfi/vos/mast';
import type { SupervisingNetwork } from './segmenter.js';
import { vosOptions } from './vos-options.js';

/** MAST as the segmenter of the VOS-aware terms, with the official windows of 25 x 25 places. */
export function mastSupervision(): SupervisingNetwork {
  const network = createMast();
  return {
    parameters: network.parameters,
    terms: (weights, inputs, vos) => vosObjective(createMastSegmenter(network, weights), inputs, vosOptions(vos)),
  };
}
