import type { TensorWeights } from '@vosvfi/runtime';
import type { ActivationObserver } from '../activation-observer.js';
import { defaultConvolution, heConvolution } from '../convolution-parameters.js';
import type { InterpolationInputs, InterpolationNetwork } from '../interpolation-network.js';
import { setHeads } from './channels.js';
import { type AdacofConfig, type AdacofPreset, adacofPresets, channelsOf, parseAdacofConfig } from './config.js';
import { estimatorParameters } from './estimator-parameters.js';
import { type AdacofInputs, type AdacofOutputs, adacofMultiple, forwardAdacof } from './forward.js';
import { headKey } from './keys.js';

/**
 * Initial weights. `official`: PyTorch's defaults, as the official code. `he`: layers keep the variance, maps start small,
 * biases at zero; for short trainings from scratch.
 */
export type AdacofInitialization = 'official' | 'he';

/** AdaCoF as a plain object. */
export interface AdacofNetwork extends InterpolationNetwork<AdacofConfig, InterpolationInputs, AdacofOutputs> {
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
 * @param initialization How `parameters` make initial weights; see {@link AdacofInitialization}.
 * @throws ConfigError naming the field that is invalid.
 */
export function createAdacof(
  model: AdacofPreset | AdacofConfig,
  id = 'adacof_custom',
  initialization: AdacofInitialization = 'official',
): AdacofNetwork {
  const config = parseAdacofConfig(typeof model === 'string' ? adacofPresets[model] : model);
  const make = initialization === 'he' ? heConvolution : defaultConvolution;
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: estimatorParameters(channelsOf(config), config.kernelSize, make),
    multiple: adacofMultiple,
    padding: 'reflect-end',
    times: [0.5],
    scalable: false,
    // What makes weights, offsets and the share of each frame.
    keepFloat: [...setHeads, 'occlusion'].map((name) => `${headKey(name)}.7`),
    forward: (weights, inputs, observe) => forwardAdacof(config, { weights, observe }, inputs),
  };
}
