export {
  parseStcnConfig,
  type StcnConfig,
  type StcnPreset,
  stcnConfigSchema,
  stcnMultiple,
  stcnPresets,
} from './config.js';
export type { StcnKey } from './encoders.js';
export type { StcnMemoryPolicy } from './memory-policy.js';
export { createStcn, type StcnInputs, type StcnNetwork, type StcnOutputs } from './network.js';
export type { PropagationEngine } from './propagation-graphs.js';
export { createStcnPropagator, type FrameSequence, type StcnPropagator } from './propagator.js';
export { createStcnSegmenter, type StcnQuery, type StcnSegmenter, type StcnSegmenterOptions } from './segmenter.js';
export {
  createStcnTinyVideoSegmenter,
  type StcnTinyVideoSegmenterOptions,
  type StcnTinyView,
} from './tiny-video-segmenter.js';
export { type MaskCriterion, type StcnClip, segmentClip, stcnTrainingLoss } from './training.js';
export type { StcnSegmentedFrame, StcnVideoSegmentation } from './video-segmentation.js';
export {
  createStcnVideoSegmenter,
  type StcnVideoSegmenter,
  type StcnVideoSegmenterOptions,
} from './video-segmenter.js';
