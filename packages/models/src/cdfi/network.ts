import type { Network, TensorWeights } from '@vosvfi/runtime';
import type { ActivationObserver } from '../activation-observer.js';
import { estimatorParameters } from '../adacof/estimator-parameters.js';
import { headKey } from '../adacof/keys.js';
import { type CdfiConfig, type CdfiPreset, cdfiPresets, channelsOf, parseCdfiConfig } from './config.js';
import { featureParameters } from './features.js';
import { type CdfiInputs, type CdfiOutputs, forwardCdfi, synthesisOf } from './forward.js';
import { gridNetParameters } from './grid-net.js';

/** CDFI as a plain object. */
export interface CdfiNetwork extends Network<CdfiConfig, CdfiInputs, CdfiOutputs> {
  /** `observe` sees values before they go into an activation, to analyse a network. */
  readonly forward: (weights: TensorWeights, inputs: CdfiInputs, observe?: ActivationObserver) => CdfiOutputs;
}

/**
 * CDFI (Ding et al., "CDFI: Compression-Driven Network Design for Frame Interpolation", CVPR 2021, arXiv 2103.10559): a
 * pruned AdaCoF+ whose maps sample features of five levels as well; a GridNet makes a frame of all that was sampled, and
 * a map of the estimator blends it with AdaCoF's.
 *
 * Inputs are two RGB frames 0..1; height and width are multiples of 32. Weights have the keys, order and layouts of the
 * official state dict.
 *
 * @param model An official network, or a configuration of your own.
 * @param id Name of a network with a configuration of its own; ignored for an official one.
 * @throws ConfigError naming the field that is invalid.
 */
export function createCdfi(model: CdfiPreset | CdfiConfig, id = 'cdfi_custom'): CdfiNetwork {
  const config = parseCdfiConfig(typeof model === 'string' ? cdfiPresets[model] : model);
  const channels = channelsOf(config);
  const synthesis = synthesisOf(config);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: [
      ...featureParameters(config),
      ...estimatorParameters(channels, config.kernelSize),
      ...gridNetParameters(synthesis),
    ],
    // What makes weights, offsets, shares and the synthesized frame.
    keepFloat: [
      ...Object.keys(channels.heads).map((name) => `${headKey(name)}.7`),
      `${synthesis.prefix}.lateral_final`,
    ],
    forward: (weights, inputs, observe) => forwardCdfi(config, { weights, observe }, inputs),
  };
}
