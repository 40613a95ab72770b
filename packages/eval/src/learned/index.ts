export { createDists } from './dists.js';
export { createFlolpips, type FlolpipsInputs } from './flolpips.js';
export type { InceptionBlocks } from './inception-resnet.js';
export { createLpips, type LpipsConfig } from './lpips.js';
export {
  createNima,
  createNimaMetric,
  type FrameMetric,
  type NimaConfig,
  type NimaInputs,
  type NimaOutputs,
} from './nima.js';
export {
  createPairMetric,
  type LearnedMetricOptions,
  type PairInputs,
  type PairMetric,
  type PairOutputs,
} from './pair-metric.js';
export { type LpipsBackbone, smallestFrame } from './perceptual-maps.js';
export { readMetricParameters } from './read-parameters.js';
export { createVfips } from './vfips.js';
export { measureVfips } from './vfips-video.js';
