export { augment } from './augment/augment.js';
export {
  type AugmentConfig,
  type AugmentOptions,
  adacofAugmentation,
  augmentConfigSchema,
  ifrnetAugmentation,
  rifeAugmentation,
} from './augment/config.js';
export {
  crop,
  flipHorizontal,
  flipVertical,
  type QuarterTurns,
  reverseChannels,
  reverseTime,
  rotate,
  transpose,
  upscale,
} from './augment/operations.js';
export { collate, type Foreground } from './batches/collate.js';
export { createSyntheticBatches } from './batches/synthetic.js';
export type { SyntheticBatchOptions } from './batches/synthetic-batch.js';
export { createTripletBatches, type TripletBatchOptions } from './batches/triplets.js';
export { type FlowField, readFlow, writeFlow } from './image/flow-file.js';
export {
  compareNatural,
  frameBytes,
  imageExtensions,
  listImages,
  readFrame,
  type WriteFrameOptions,
  writeFrame,
} from './image/frame-file.js';
export { type ReadMaskOptions, readMask, type WriteMaskOptions, writeMask } from './image/mask-file.js';
export { labelColours } from './image/palette.js';
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
export type { Split } from './triplets/layout.js';
export { openTripletDataset, type TripletFolder, type TripletOptions } from './triplets/open.js';
export { type WriteSyntheticOptions, writeSyntheticDataset, writeTriplet } from './triplets/write.js';
export { isHighDynamicRange } from './video/colour.js';
export { type Executable, findExecutable, type VideoProgram } from './video/executables.js';
export { type AudioStream, durationOf, probeVideo, type VideoColour, type VideoInfo } from './video/probe.js';
export { formatRational, multiply, parseRational, type Rational, rational, toNumber } from './video/rational.js';
export { openVideo, type VideoReader, type VideoReaderOptions } from './video/reader.js';
export { describeTimeline, type Timeline } from './video/timeline.js';
export { createVideo, type VideoWriter, type VideoWriterOptions } from './video/writer.js';
