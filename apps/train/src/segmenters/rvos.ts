import { vosObjective } from '@vosvfi/losses';
import { createRvos, createRvosSegmenter, type RvosConfig, type RvosPreset, rvosFiles } from '@vosvfi/vos/rvos';
import type { SupervisingNetwork } from './segmenter.js';
import { vosOptions } from './vos-options.js';

/**
 * RVOS as the segmenter of the VOS-aware terms (Table 7, whose code is not released): the one-shot network, which is told the
 * object's mask in the neighbouring frame, with the one object in the decoder's first slot. The neighbour is decoded with
 * its own mask to begin with, as the official evaluation begins a video.
 */
export function rvosSupervision(model: RvosPreset | RvosConfig): SupervisingNetwork {
  const network = createRvos(model);
  const { parameters, optionalParameters } = network;
  return {
    parameters,
    optionalParameters,
    files: rvosFiles,
    terms: (weights, inputs, vos) => vosObjective(createRvosSegmenter(network, weights), inputs, vosOptions(vos)),
  };
}
