export { blendInterpolator } from './baselines/blend.js';
export { findBaseline } from './baselines/find-baseline.js';
export { repeatInterpolator } from './baselines/repeat.js';
export { boundaryMap } from './davis/boundary-map.js';
export { type BoundaryMeasureOptions, boundaryMeasure, boundaryRadius } from './davis/boundary-measure.js';
export { jaccard } from './davis/jaccard.js';
export {
  type DavisObjectResult,
  type DavisSequenceOptions,
  type DavisSequenceResult,
  type DavisSummary,
  evaluateDavisSequence,
  summarizeDavis,
} from './davis/sequence.js';
export { type SequenceStatistics, sequenceStatistics } from './davis/statistics.js';
export { evaluateUnsupervisedSequence, type MatchedObjectResult } from './davis/unsupervised.js';
export { type EvaluationResult, evaluationResultSchema } from './evaluation/result-schema.js';
export { averageSequences, type SequenceAverages } from './metrics/average.js';
export { boundaryBand, boundaryPsnr } from './metrics/boundary-psnr.js';
export { type CensusOptions, type CensusVariant, censusDistance } from './metrics/census-distance.js';
export { type EdgeErrorOptions, edgeError } from './metrics/edge-error.js';
export { type ForegroundPsnrMode, foregroundError, foregroundPsnr } from './metrics/foreground-psnr.js';
export { type InterpolationErrorDefinition, interpolationError } from './metrics/interpolation-error.js';
export {
  binaryCrossEntropy,
  type CrossEntropyVariant,
  type Probabilities,
  softIou,
  thresholdedIou,
} from './metrics/mask-scores.js';
export { maskedPsnr } from './metrics/masked-psnr.js';
export { type MsSsimVariant, msSsim } from './metrics/ms-ssim.js';
export { normalizedInterpolationError } from './metrics/normalized-interpolation-error.js';
export { meanSquaredError, type PsnrVariant, psnr } from './metrics/psnr.js';
export { type EightBitFrame, quantizeFrame } from './metrics/samples.js';
export { type SsimVariant, ssim, ssimPerChannel } from './metrics/ssim.js';
export type { NiqeLuma } from './niqe/luma.js';
export { type FitNiqeOptions, fitNiqeModel, type NiqeModel, readNiqeModel } from './niqe/model.js';
export { type NiqeOptions, niqe } from './niqe/niqe.js';
export { perceptualIndex } from './niqe/perceptual-index.js';
export {
  type CameraMatrix,
  type ModelPoints,
  type Pose,
  poseOfMatrix,
} from './pose/pose.js';
export {
  addError,
  addSymmetricError,
  poseAccuracy,
  projectionDistance,
  reprojectionError,
  rotationError,
  surfaceDistance,
  translationError,
} from './pose/pose-errors.js';
export { clopperPearsonInterval, fairCoinTest, wilsonInterval } from './preference/binomial.js';
export type { FrameMetrics, MeanMetrics } from './protocol/averages.js';
export type { FrameRecord, SegmentationRecord } from './protocol/cache.js';
export { x2ReportJson } from './protocol/report-json.js';
export type { SequenceSegmenter } from './protocol/segmenter.js';
export { findSequences, type SequenceFiles, type SequenceSelection } from './protocol/sequences.js';
export { evaluateX2, type X2Options, type X2Report, type X2SequenceReport, x2Protocol } from './protocol/x2.js';
export { type MiddleFrameMaker, type MiddleFrameOptions, measureMiddleFrames } from './study/measure.js';
export { meanMetrics, type TestMetric, type TestMetrics, testMetrics } from './study/metrics.js';
export {
  keptInMemory,
  openTestSequence,
  sequenceOfFrames,
  sequenceOfTriplet,
  type TestSequence,
} from './study/sequence.js';
export { shrinkFactor, shrinkFrame, shrinkMask } from './study/shrink.js';
export { exactOverlap, type PictureSize } from './tracking/exact-overlap.js';
export {
  centreDistance,
  evaluateOnePass,
  type OnePassResult,
  rectangleOverlap,
  summarizeOnePass,
} from './tracking/one-pass.js';
export { rasterOverlap } from './tracking/raster-overlap.js';
export type { Region } from './tracking/region.js';
export {
  evaluateSupervised,
  type SupervisedOptions,
  type SupervisedResult,
  type SupervisedVideo,
  type SupervisedVideoResult,
} from './tracking/supervised.js';
export { occlusionMask } from './video/occlusion.js';
export {
  type FlowFinder,
  flowDifference,
  meanFluctuation,
  psnrCurve,
  temporalFlowError,
} from './video/temporal-consistency.js';
export { type FramePair, pairWarpingError, warpingError } from './video/warping-error.js';
