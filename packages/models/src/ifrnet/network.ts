import type { TensorWeights } from '@vosvfi/runtime';
import type { ActivationObserver } from '../activation-observer.js';
import type { InterpolationNetwork } from '../interpolation-network.js';
import { type IfrnetConfig, type IfrnetPreset, ifrnetPresets, parseIfrnetConfig } from './config.js';
import {
  forwardIfrnet,
  forwardIfrnetTraining,
  type IfrnetInputs,
  type IfrnetOutputs,
  type IfrnetTrainingInputs,
  type IfrnetTrainingOutputs,
  ifrnetMultiple,
} from './forward.js';
import { type IfrnetInitialization, ifrnetParameters } from './parameters.js';

/** IFRNet as a plain object; `forwardTraining` also encodes the true frame, for the geometry loss. */
export interface IfrnetNetwork extends InterpolationNetwork<IfrnetConfig, IfrnetInputs, IfrnetOutputs> {
  /** `observe` sees every value before it goes into an activation, to analyse a network. */
  readonly forward: (weights: TensorWeights, inputs: IfrnetInputs, observe?: ActivationObserver) => IfrnetOutputs;
  readonly forwardTraining: (
    weights: TensorWeights,
    inputs: IfrnetTrainingInputs,
    observe?: ActivationObserver,
  ) => IfrnetTrainingOutputs;
}

/**
 * IFRNet (Kong et al., "IFRNet: Intermediate Feature Refine Network for Efficient Frame Interpolation", CVPR 2022,
 * arXiv 2205.14620): one encoder-decoder that refines the flows to both frames together with an intermediate feature.
 *
 * Inputs are two RGB frames 0..1 and the time t; height and width are multiples of 16. Weights have the keys, order and
 * layouts of the official state dict.
 *
 * @param model An official size, or widths of your own.
 * @param id Name of a network with widths of its own; ignored for an official size.
 * @param initialization How `parameters` make initial weights; see {@link IfrnetInitialization}.
 * @throws ConfigError naming the field that is invalid.
 */
export function createIfrnet(
  model: IfrnetPreset | IfrnetConfig,
  id = 'ifrnet_custom',
  initialization: IfrnetInitialization = 'official',
): IfrnetNetwork {
  const config = parseIfrnetConfig(typeof model === 'string' ? ifrnetPresets[model] : model);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: ifrnetParameters(config, initialization),
    multiple: ifrnetMultiple,
    padding: 'edge-centred',
    times: 'any',
    scalable: true,
    // What makes flows, mask and residual, and what sees warped features and flows at the finest level.
    keepFloat: [...[1, 2, 3, 4].map((level) => `decoder${level}.convblock.2`), 'decoder1.convblock.0'],
    forward: (weights, inputs, observe) => forwardIfrnet(config, weights, inputs, observe),
    forwardTraining: (weights, inputs, observe) => forwardIfrnetTraining(config, weights, inputs, observe),
  };
}
