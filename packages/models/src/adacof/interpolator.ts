import type { Interpolator } from '@vosvfi/core';
import { createNetworkInterpolator, type InterpolatorOptions } from '../interpolator.js';
import type { AdacofConfig, AdacofPreset } from './config.js';
import { createAdacof } from './network.js';

/** Options of {@link createAdacofInterpolator}. */
export interface AdacofInterpolatorOptions extends InterpolatorOptions {
  /** An official network, or a configuration of your own. */
  readonly config: AdacofPreset | AdacofConfig;
}

/**
 * An interpolator of frames of any size at t = 1/2; frames are mirrored at the bottom and the right up to multiples of 32.
 * See {@link createNetworkInterpolator}.
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createAdacofInterpolator({ config, ...options }: AdacofInterpolatorOptions): Interpolator {
  return createNetworkInterpolator(createAdacof(config), options);
}
