export type { ActivationObserver } from '../activation-observer.js';
export {
  type IfrnetConfig,
  type IfrnetPreset,
  ifrnetConfigSchema,
  ifrnetPresets,
  parseIfrnetConfig,
} from './config.js';
export {
  type IfrnetInputs,
  type IfrnetOutputs,
  type IfrnetTrainingInputs,
  type IfrnetTrainingOutputs,
  ifrnetMultiple,
} from './forward.js';
export {
  calibrateIfrnet,
  createIfrnetInterpolator,
  type IfrnetCalibrationOptions,
  type IfrnetInterpolatorOptions,
} from './interpolator.js';
export { createIfrnet, type IfrnetNetwork } from './network.js';
export type { IfrnetInitialization } from './parameters.js';
