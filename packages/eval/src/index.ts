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
export type { BootstrapOptions } from './evaluation/bootstrap.js';
export type { Contestant, ItemPredictor } from './evaluation/contestant.js';
export { openFrameFolder } from './evaluation/contestants/frame-folder.js';
export {
  blendContestant,
  type InterpolatorFacts,
  interpolatorContestant,
  repeatContestant,
} from './evaluation/contestants/interpolator-contestant.js';
export {
  type MinterpolateOptions,
  minterpolateContestant,
  minterpolateSettings,
} from './evaluation/contestants/minterpolate.js';
export { openOnnxContestant } from './evaluation/contestants/onnx-contestant.js';
export { type EvaluationOptions, evaluate } from './evaluation/evaluate.js';
export type {
  EvaluationItem,
  LayoutProblem,
  OpenedProtocol,
  Prediction,
} from './evaluation/item.js';
export { folderCache, type MeasurementCache } from './evaluation/item-cache.js';
export { type KeepPicturesOptions, keepPictures } from './evaluation/keep-pictures.js';
export { withMaskFolder } from './evaluation/mask-folder.js';
export type { SegmentationChoice } from './evaluation/measure-item.js';
export type { MetricEntry, MetricNeed, MetricOptions, MetricResources } from './evaluation/metrics/metric.js';
export { motionFlow } from './evaluation/metrics/motion-flow.js';
export { findMetric, listMetrics } from './evaluation/metrics/registry.js';
export { metricsJson } from './evaluation/metrics-json.js';
export { type Protocol, type ProtocolInput, protocolSchema } from './evaluation/protocol-schema.js';
export { type EvaluationResult, evaluationResultSchema } from './evaluation/result-schema.js';
export type { SequenceSegmenter } from './evaluation/segmenter.js';
export { type MaScoreOptions, maScore } from './ma/ma-score.js';
export { type MaParameters, readMaParameters } from './ma/parameters.js';
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
export { maskedInterpolationError, maskedPsnr } from './metrics/masked-psnr.js';
export { maskedSsim } from './metrics/masked-ssim.js';
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
export { checkLayout, describeLayout, type LayoutReport } from './protocols/check-layout.js';
export { type OpenProtocolOptions, openProtocol } from './protocols/open-protocol.js';
export { findProtocol, protocols } from './protocols/registry.js';
export { findResultProtocol, resultProtocols } from './protocols/result-registry.js';
export {
  checkResultData,
  type EvaluateResultsOptions,
  evaluateResults,
  type ResultFolder,
} from './protocols/results/evaluate-results.js';
export type { InpaintingMeasures } from './protocols/results/inpainting.js';
export {
  type ResultProtocol,
  type ResultProtocolInput,
  resultProtocolSchema,
} from './protocols/results/result-protocol.js';
export { findSequences, type SequenceFiles, type SequenceSelection } from './sequences/find-sequences.js';
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
