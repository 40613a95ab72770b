import type { Network, TensorWeights } from '@vosvfi/runtime';
import type { ActivationObserver } from '../activation-observer.js';
import { setHeads } from './channels.js';
import { type AdacofConfig, type AdacofPreset, adacofPresets, channelsOf, parseAdacofConfig } from './config.js';
import { estimatorParameters } from './estimator-parameters.js';
import { type AdacofInputs, type AdacofOutputs, forwardAdacof } from './forward.js';
import { headKey } from './keys.js';

/** AdaCoF as a plain object. */
export interface AdacofNetwork extends Network<AdacofConfig, AdacofInputs, AdacofOutputs> {
  /** `observe` sees every value before it goes into an activation, to analyse a network. */
  readonly forward: (weights: TensorWeights, inputs: AdacofInputs, observe?: ActivationObserver) => AdacofOutputs;
}

/**
 * AdaCoF (Lee et al., "AdaCoF: Adaptive Collaboration of Flows for Video Frame Interpolation", CVPR 2020, arXiv
 * 1907.10244): every pixel of the frame in the middle is a weighted sum of F x F samples of each frame, displaced one by
 * one; one U-Net makes weights, displacements and the share of each frame.
 *
 * Inputs are two RGB frames 0..1; height and width are multiples of 32. Weights have the keys, order and layouts of the
 * official state dict.
 *
 * @param model An official network, or a configuration of your own.
 * @param id Name of a network with a configuration of its own; ignored for an official one.
 * @throws ConfigError naming the field that is invalid.
 */
export function createAdacof(model: AdacofPreset | AdacofConfig, id = 'adacof_custom'): AdacofNetwork {
  const config = parseAdacofConfig(typeof model === 'string' ? adacofPresets[model] : model);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: estimatorParameters(channelsOf(config), config.kernelSize),
    // What makes weights, offsets and the share of each frame.
    keepFloat: [...setHeads, 'occlusion'].map((name) => `${headKey(name)}.7`),
    forward: (weights, inputs, observe) => forwardAdacof(config, { weights, observe }, inputs),
  };
}
