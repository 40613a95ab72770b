import type { TensorWeights } from '@vosvfi/runtime';
import type { ActivationObserver } from '../activation-observer.js';
import { estimatorParameters } from '../adacof/estimator-parameters.js';
import { adacofMultiple } from '../adacof/forward.js';
import { headKey } from '../adacof/keys.js';
import { defaultConvolution, heConvolution } from '../convolution-parameters.js';
import type { InterpolationInputs, InterpolationNetwork } from '../interpolation-network.js';
import { type CdfiConfig, type CdfiPreset, cdfiPresets, channelsOf, parseCdfiConfig } from './config.js';
import { featureParameters } from './features.js';
import { type CdfiInputs, type CdfiOutputs, forwardCdfi, synthesisOf } from './forward.js';
import { gridNetParameters } from './grid-net.js';

/**
 * Initial weights. `official`: PyTorch's defaults, as the official code. `he`: layers keep the variance, maps and residuals
 * start small, biases at zero; for short trainings from scratch.
 */
export type CdfiInitialization = 'official' | 'he';

/** CDFI as a plain object. */
export interface CdfiNetwork extends InterpolationNetwork<CdfiConfig, InterpolationInputs, CdfiOutputs> {
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
 * @param initialization How `parameters` make initial weights; see {@link CdfiInitialization}.
 * @throws ConfigError naming the field that is invalid.
 */
export function createCdfi(
  model: CdfiPreset | CdfiConfig,
  id = 'cdfi_custom',
  initialization: CdfiInitialization = 'official',
): CdfiNetwork {
  const config = parseCdfiConfig(typeof model === 'string' ? cdfiPresets[model] : model);
  const channels = channelsOf(config);
  const make = initialization === 'he' ? heConvolution : defaultConvolution;
  const synthesis = synthesisOf(config);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: [
      ...featureParameters(make, config),
      ...estimatorParameters(channels, config.kernelSize, make),
      ...gridNetParameters(make, synthesis),
    ],
    multiple: adacofMultiple,
    padding: 'reflect-end',
    times: [0.5],
    scalable: false,
    // What makes weights, offsets, shares and the synthesized frame.
    keepFloat: [
      ...Object.keys(channels.heads).map((name) => `${headKey(name)}.7`),
      `${synthesis.prefix}.lateral_final`,
    ],
    forward: (weights, inputs, observe) => forwardCdfi(config, { weights, observe }, inputs),
  };
}
