export type { CellState } from './cell.js';
export {
  parseRvosConfig,
  type RvosConfig,
  type RvosPreset,
  rvosConfigSchema,
  rvosPresets,
} from './config.js';
export type { RvosFeatures } from './encoder.js';
export type { RvosEngine } from './frame-graph.js';
export { createRvos, type RvosInputs, type RvosNetwork } from './network.js';
export { rvosFiles } from './parameters.js';
export type { RvosHidden, RvosMemory, RvosObjects } from './segment-objects.js';
export { createRvosSegmenter, type RvosQuery, type RvosReference, type RvosSegmenter } from './segmenter.js';
export { type PreviousMasks, type RvosClip, rvosTrainingLoss, segmentClip, softIouLoss } from './training.js';
export { createRvosVideoSegmenter, type RvosVideoSegmenterOptions } from './video-segmenter.js';
