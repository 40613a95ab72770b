import type { Interpolator } from '@vosvfi/core';
import { createNetworkInterpolator, type InterpolatorOptions } from '../interpolator.js';
import type { CdfiConfig, CdfiPreset } from './config.js';
import { createCdfi } from './network.js';

/** Options of {@link createCdfiInterpolator}. */
export interface CdfiInterpolatorOptions extends InterpolatorOptions {
  /** An official network, or a configuration of your own. */
  readonly config: CdfiPreset | CdfiConfig;
}

/**
 * An interpolator of frames of any size at t = 1/2; frames are mirrored at the bottom and the right up to multiples of 32.
 * See {@link createNetworkInterpolator}.
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createCdfiInterpolator({ config, ...options }: CdfiInterpolatorOptions): Interpolator {
  return createNetworkInterpolator(createCdfi(config), options);
}
