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
export {
  type BatchOptions,
  createBatches,
  createSyntheticBatches,
  createTripletBatches,
  type SyntheticBatchOptions,
  type TripletBatchOptions,
} from './batches/batches.js';
export type { BrokenPolicy } from './batches/broken.js';
export { type CollateOptions, collate, type Foreground } from './batches/collate.js';
export type { ChoiceRules } from './batches/frame-choice.js';
export { type MixedPlan, type MixedSeriesOptions, planMixed } from './batches/mixed-series.js';
export type { SeriesFacts } from './batches/series.js';
export { planSynthetic, type SyntheticPlan, type SyntheticSeriesOptions } from './batches/synthetic-series.js';
export type { SeriesPlan } from './batches/task.js';
export {
  planSeptuplets,
  planTriplets,
  type SeptupletPlan,
  type TripletPlan,
  type TripletSeriesOptions,
} from './batches/triplet-series.js';
export { planVideos, type VideoPlan, type VideoSeriesOptions } from './batches/video-series.js';
export { type CutOutOptions, type CutOuts, cutOutsSchema, openCutOuts } from './cut-outs/cut-out-folder.js';
export { type FlowField, readFlow, writeFlow } from './image/flow-file.js';
export {
  compareNatural,
  frameBytes,
  imageExtensions,
  listImages,
  readFrame,
  readOpaqueFrame,
  readSize,
  type WriteFrameOptions,
  writeFrame,
} from './image/frame-file.js';
export { type ReadMaskOptions, readMask, type WriteMaskOptions, writeMask } from './image/mask-file.js';
export { type DrawMaskOptions, drawMask } from './image/overlay.js';
export { labelColours } from './image/palette.js';
export {
  openPhotoTextures,
  type PhotoTextureOptions,
  type PhotoTextures,
  photoTexturesSchema,
} from './photos/photo-folder.js';
export type { Triple, TripletDataset, TripletSample } from './sample.js';
export {
  type FrameSequence,
  type FrameSequenceOptions,
  frameName,
  openFrameSequence,
} from './sequence/frame-sequence.js';
export {
  type GivenMaskOptions,
  type PlacedMask,
  placeMasks,
  readGivenMasks,
} from './sequence/given-masks.js';
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
export { frameFiles, listFile, maskFiles } from './triplets/layout.js';
export { openTripletDataset, readList, type TripletFolder, type TripletOptions } from './triplets/open.js';
export { openSeptupletDataset, type SeptupletFolder, type SeptupletOptions } from './triplets/septuplets.js';
export { type WriteSyntheticOptions, writeSyntheticDataset, writeTriplet } from './triplets/write.js';
export { isHighDynamicRange } from './video/colour.js';
export { type Executable, findExecutable, type VideoProgram } from './video/executables.js';
export { type FilterFramesOptions, ffmpegVersion, filterFrames } from './video/filter.js';
export { type AudioStream, durationOf, probeVideo, type VideoColour, type VideoInfo } from './video/probe.js';
export { formatRational, multiply, parseRational, type Rational, rational, toNumber } from './video/rational.js';
export { openVideo, type VideoReader, type VideoReaderOptions } from './video/reader.js';
export { defaultCutThreshold, describeFrame, type FrameSignature, frameDifference } from './video/scene-cut.js';
export { describeTimeline, type Timeline } from './video/timeline.js';
export { type IndexedVideo, indexVideos, listVideos, videoExtensions } from './video/video-index.js';
export { createVideo, type VideoWriter, type VideoWriterOptions } from './video/writer.js';
export { workerFile } from './worker-file.js';
