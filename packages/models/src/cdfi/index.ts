export { type CdfiChannels, cdfiChannelsSchema, evenCdfiChannels } from './channels.js';
export { type CdfiConfig, type CdfiPreset, cdfiConfigSchema, cdfiPresets, parseCdfiConfig } from './config.js';
export type { CdfiInputs, CdfiOutputs } from './forward.js';
export { type CdfiInterpolatorOptions, createCdfiInterpolator } from './interpolator.js';
export { type CdfiInitialization, type CdfiNetwork, createCdfi } from './network.js';
