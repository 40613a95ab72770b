export type { ActivationObserver } from '../activation-observer.js';
export { evenChannels, type KernelChannels, kernelChannelsSchema } from './channels.js';
export {
  type AdacofConfig,
  type AdacofPreset,
  adacofConfigSchema,
  adacofPresets,
  parseAdacofConfig,
} from './config.js';
export { type AdacofInputs, type AdacofOutputs, adacofMultiple } from './forward.js';
export { type AdacofInterpolatorOptions, createAdacofInterpolator } from './interpolator.js';
export { type AdacofInitialization, type AdacofNetwork, createAdacof } from './network.js';
