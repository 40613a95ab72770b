import type { ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type { InterpolationNetwork } from '../interpolation-network.js';
import { parseRifeConfig, type RifeConfig, type RifePreset, rifePresets } from './config.js';
import {
  forwardRife,
  forwardRifeTraining,
  type RifeInputs,
  type RifeOutputs,
  type RifeTrainingInputs,
  type RifeTrainingOutputs,
  rifeMultiple,
} from './forward.js';
import { type RifeInitialization, rifeParameters } from './parameters.js';

/** RIFE as a plain object. `parameters` are what interpolation needs. */
export interface RifeNetwork extends InterpolationNetwork<RifeConfig, RifeInputs, RifeOutputs> {
  /** `parameters` and those of the teacher: the whole official state dict, in its order. */
  readonly trainingParameters: readonly ParameterSpec[];
  readonly forwardTraining: (weights: TensorWeights, inputs: RifeTrainingInputs) => RifeTrainingOutputs;
}

/**
 * RIFE (Huang et al., "Real-Time Intermediate Flow Estimation for Video Frame Interpolation", ECCV 2022, arXiv
 * 2011.06294) and RIFE_m, which takes any time: three blocks refine the flows from the new frame to both frames and a
 * mask, coarse to fine; a fusion network adds what blending lacks. In training, a teacher that sees the true frame
 * refines the flows once more, and the blocks learn from it.
 *
 * Inputs are two frames 0..1; height and width are multiples of 16. Weights have the keys, order and layouts of the
 * official state dict of the paper's networks; the HD models (v2 to v4) are other networks. The official code trains
 * with the channels in either order, by chance, and tests with BGR; here frames are RGB, which official weights take
 * as well.
 *
 * @param model An official network, or widths of your own.
 * @param id Name of a network with widths of its own; ignored for an official one.
 * @param initialization How `parameters` make initial weights; see {@link RifeInitialization}.
 * @throws ConfigError naming the field that is invalid.
 */
export function createRife(
  model: RifePreset | RifeConfig,
  id = 'rife_custom',
  initialization: RifeInitialization = 'official',
): RifeNetwork {
  const config = parseRifeConfig(typeof model === 'string' ? rifePresets[model] : model);
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: rifeParameters(config, false, initialization),
    trainingParameters: rifeParameters(config, true, initialization),
    weightsHint:
      'Weights of the paper fit (RIFE and RIFE_m are two networks); the HD models, versions 1 to 4, have other architectures.',
    multiple: rifeMultiple,
    padding: 'zero-end',
    times: config.anyTime ? 'any' : [0.5],
    scalable: true,
    largestScale: 4,
    // What makes flows, mask and residual.
    keepFloat: ['block0.lastconv', 'block1.lastconv', 'block2.lastconv', 'unet.conv'],
    forward: (weights, inputs) => forwardRife(config, weights, inputs),
    forwardTraining: (weights, inputs) => forwardRifeTraining(config, weights, inputs),
  };
}
