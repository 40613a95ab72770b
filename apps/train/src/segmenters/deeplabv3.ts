import { frameSegmentationObjective } from '@vosvfi/losses';
import { createDeeplabv3, type Deeplabv3Config, type Deeplabv3Preset } from '@vosvfi/vos/deeplabv3';
import type { FrameSupervision } from './segmenter.js';
import { vosWeights } from './vos-options.js';

/**
 * DeepLabV3 as the segmenter of single frames (Fig. 5 and Table 7, "DeepLab"): the made frame's classes should be those of the
 * true frame.
 */
export function deeplabv3Supervision(model: Deeplabv3Preset | Deeplabv3Config): FrameSupervision {
  const network = createDeeplabv3(model);
  const { parameters, optionalParameters } = network;
  return {
    perFrame: true,
    parameters,
    optionalParameters,
    terms: (weights, inputs, vos) =>
      frameSegmentationObjective({ segmentFrame: (frame) => network.forward(weights, { frame }).logits }, inputs, {
        weight: vosWeights(vos).lambda1,
        target: vos.target ?? 'soft',
      }),
  };
}
