import type { Frame, Interpolator } from '@vosvfi/core';
import type { Calibration } from '@vosvfi/runtime';
import {
  type CalibrationOptions,
  calibrateNetwork,
  createNetworkInterpolator,
  type InterpolatorOptions,
} from '../interpolator.js';
import type { IfrnetConfig, IfrnetPreset } from './config.js';
import { createIfrnet } from './network.js';

/** An official size, or widths of your own. */
interface IfrnetChoice {
  readonly config: IfrnetPreset | IfrnetConfig;
}

/** Options of {@link createIfrnetInterpolator}. Official weights for GoPro were trained for multiples of 1/8. */
export interface IfrnetInterpolatorOptions extends InterpolatorOptions, IfrnetChoice {}

/**
 * An interpolator of frames of any size, which are padded, centred, with their edge samples, as the authors advise.
 * See {@link createNetworkInterpolator}.
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createIfrnetInterpolator({ config, ...options }: IfrnetInterpolatorOptions): Interpolator {
  return createNetworkInterpolator(createIfrnet(config), options);
}

/** How to calibrate; the rest as for {@link createIfrnetInterpolator}. */
export interface IfrnetCalibrationOptions extends CalibrationOptions, IfrnetChoice {}

/**
 * Ranges for int8; see {@link calibrateNetwork}.
 * @throws ConfigError without pairs; ShapeError if the frames' sizes differ; CheckpointError as for the interpolator.
 */
export function calibrateIfrnet(
  { config, ...options }: IfrnetCalibrationOptions,
  pairs: readonly (readonly [Frame, Frame])[],
): Promise<Calibration> {
  return calibrateNetwork(createIfrnet(config), options, pairs);
}
