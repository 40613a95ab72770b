export {
  parseStcnConfig,
  type StcnConfig,
  type StcnPreset,
  stcnConfigSchema,
  stcnMultiple,
  stcnPresets,
} from './config.js';
export type { StcnKey } from './encoders.js';
export { createStcn, type StcnInputs, type StcnNetwork, type StcnOutputs } from './network.js';
export type { PropagationEngine } from './propagation-graphs.js';
export {
  createStcnPropagator,
  type FrameSequence,
  type PropagatedFrame,
  type PropagationPolicy,
  type StcnPropagator,
  type StcnPropagatorOptions,
} from './propagator.js';
export { createStcnSegmenter, type StcnQuery, type StcnSegmenter, type StcnSegmenterOptions } from './segmenter.js';
export { type MaskCriterion, type StcnClip, segmentClip, stcnTrainingLoss } from './training.js';
