export { parseRifeConfig, type RifeConfig, type RifePreset, rifeConfigSchema, rifePresets } from './config.js';
export {
  type RifeInputs,
  type RifeOutputs,
  type RifeTrainingInputs,
  type RifeTrainingOutputs,
  rifeMultiple,
} from './forward.js';
export { createRifeInterpolator, type RifeInterpolatorOptions } from './interpolator.js';
export { createRife, type RifeNetwork } from './network.js';
export type { RifeInitialization } from './parameters.js';
