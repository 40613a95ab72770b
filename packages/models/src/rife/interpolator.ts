import type { Interpolator } from '@vosvfi/core';
import { createNetworkInterpolator, type InterpolatorOptions } from '../interpolator.js';
import { averageTurned } from '../turned.js';
import type { RifeConfig, RifePreset } from './config.js';
import { createRife } from './network.js';

/** Options of {@link createRifeInterpolator}. Official weights of RIFE_m are for any time: set `trainedTimes: 'any'`. */
export interface RifeInterpolatorOptions extends InterpolatorOptions {
  /** An official network, or widths of your own. */
  readonly config: RifePreset | RifeConfig;
  /** Average with what the frames turned by 180 degrees give: twice the time, a little more quality. Default false. */
  readonly averageTurned?: boolean;
}

/**
 * An interpolator of frames of any size, which are padded with zeros at the bottom and at the right, as in the official
 * code. Frames are RGB, as everywhere here; the official tests use BGR, and the weights take both, see `createRife`.
 * See {@link createNetworkInterpolator}.
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createRifeInterpolator(options: RifeInterpolatorOptions): Interpolator {
  const { config, averageTurned: isAveraged = false, ...rest } = options;
  const network = createRife(config);
  return createNetworkInterpolator(isAveraged ? averageTurned(network) : network, rest);
}
