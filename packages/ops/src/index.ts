export { type AdacofMaps, type AdacofOptions, adacof } from './adacof.js';
export type { SampleMode, SamplePadding } from './axis-taps.js';
export { type BatchNormWeights, batchNorm } from './batch-norm.js';
export { type ConvTranspose2dOptions, convTranspose2d } from './conv-transpose2d.js';
export { type Conv2dOptions, conv2d } from './conv2d.js';
export { convexUpsample } from './convex-upsample.js';
export { type CorrelationPyramidOptions, correlationPyramid } from './correlation-pyramid.js';
export { type DeformConv2dMaps, type DeformConv2dOptions, deformConv2d } from './deform-conv2d.js';
export { gatherRows, scatterAdd } from './gather-rows.js';
export { type GridSampleOptions, gridSample } from './grid-sample.js';
export { linear } from './linear.js';
export { type LocalCorrelationOptions, localCorrelation } from './local-correlation.js';
export { localMatching } from './local-matching.js';
export { type LookupOptions, lookupCorrelation } from './lookup-correlation.js';
export { type MaxPool2dOptions, maxPool2d } from './max-pool2d.js';
export {
  type AffineWeights,
  type BatchNormResult,
  batchNormTraining,
  groupNorm,
  instanceNorm,
  layerNorm,
} from './normalization.js';
export { centredMargins, type Margins, type PadMode, padCentered, padEnd, padReplicate, unpad } from './padding.js';
export { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.js';
export { prelu } from './prelu.js';
export { type RecomputedFunction, recompute } from './recompute.js';
export { relu } from './relu.js';
export { type ResampleImageOptions, resample } from './resample.js';
export { type ResampleAxis, type ResampleKernel, type ResampleOptions, resampleMatrix } from './resample-matrix.js';
export { type ResizeBilinearOptions, resizeBilinear, resizeNearest } from './resize.js';
export { rgbToLab } from './rgb-to-lab.js';
export { type RoiAlignOptions, roiAlign, roiResize } from './roi.js';
export { sampleMean } from './sample-mean.js';
export type { Pair } from './shape-checks.js';
export { type SpectralNormOptions, type SpectralState, spectralNorm } from './spectral-norm.js';
export { type SplatMode, type SplatOptions, splatForward } from './splat-forward.js';
export { stopGradient } from './stop-gradient.js';
export { topK } from './top-k.js';
export { type WarpBackwardOptions, type WarpPadding, warpBackward } from './warp-backward.js';
export { type Differentiable, withGradient } from './with-gradient.js';
