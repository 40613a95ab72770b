export {
  type Colorized,
  type ColorizerOptions,
  colorize,
  colorizerDefaults,
  type MastReference,
  searchDilation,
} from './colorizer.js';
export type { MastEngine } from './colorizer-graphs.js';
export { type MastConfig, mastConfig, mastConfigSchema, mastStride, parseMastConfig } from './config.js';
export { type EncoderOptions, encodeBackbone } from './encoder.js';
export { normalizeLab } from './lab-frame.js';
export { createMast, type MastInputs, type MastNetwork, type MastOutputs, subsample } from './network.js';
export type { ApplyNormalized, NormalizedConvolution, NormalizedObserver } from './normalization.js';
export { reconstructionLoss } from './reconstruction-loss.js';
export { type MastReferences, referenceFrames } from './reference-policy.js';
export { createMastSegmenter, type MastMemory, type MastQuery, type MastSegmenter } from './segmenter.js';
export { createMastVideoSegmenter, type MastVideoSegmenterOptions } from './video-segmenter.js';
export { type MastTrainingOptions, mastStatistics, mastTrainingLoss } from './training.js';
