export type { BatchSource } from './batch.js';
export {
  CheckpointError,
  ConfigError,
  EnvironmentError,
  MediaError,
  ShapeError,
  TrainingError,
  UnsupportedError,
  VosvfiError,
  type VosvfiErrorOptions,
} from './errors.js';
export { temporaryPath, writeAtomically, writeFileAtomically, writeFolderAtomically } from './files.js';
export type { Frame, Interpolator, Mask } from './frame.js';
export type { Logger, OnProgress, ProgressEvent } from './progress.js';
export { createRandom, hash32, type Random, restoreRandom } from './random.js';
export { suggestion } from './suggestion.js';
export {
  type DType,
  type FloatTensor,
  type HostTensor,
  hostTensor,
  sizeOf,
  type TensorData,
  type WeightMap,
} from './tensor.js';
