import { vosObjective } from '@vosvfi/losses';
import { createStcn, createStcnSegmenter } from '@vosvfi/vos/stcn';
import type { SupervisingNetwork } from './segmenter.js';
import { vosOptions } from './vos-options.js';

/** STCN, in its official size or the tiny one, as the segmenter of the VOS-aware terms. Memory is read with top-k 20. */
export function stcnSupervision(preset: 'stcn' | 'stcn_tiny'): SupervisingNetwork {
  const network = createStcn(preset);
  return {
    parameters: network.parameters,
    terms: (weights, inputs, vos) => vosObjective(createStcnSegmenter(network, weights), inputs, vosOptions(vos)),
  };
}
