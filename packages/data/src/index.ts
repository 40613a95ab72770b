export { collate, type Foreground } from './batches/collate.js';
export { createSyntheticBatches } from './batches/synthetic.js';
export type { SyntheticBatchOptions } from './batches/synthetic-batch.js';
export type { Triple, TripletDataset, TripletSample } from './sample.js';
export { type SceneConfig, type SceneOptions, sceneConfigSchema } from './synthetic/config.js';
export {
  createSyntheticDataset,
  type MiddleTime,
  type SyntheticDataset,
  type SyntheticDatasetOptions,
} from './synthetic/dataset.js';
export type { SceneFlow } from './synthetic/flow.js';
export {
  createSyntheticScene,
  type SceneBackground,
  type SceneObject,
  type SceneView,
  type SyntheticScene,
} from './synthetic/scene.js';
