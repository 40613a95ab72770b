export {
  type AdacofObjectiveOptions,
  adacofObjective,
  type CollaborationPrediction,
  type PerceptualTerm,
  totalVariation,
} from './adacof-objective.js';
export { binaryCrossEntropy, hardCrossEntropy } from './binary-cross-entropy.js';
export {
  type BootstrapSchedule,
  bootstrappedCrossEntropy,
  bootstrappedFraction,
} from './bootstrapped-cross-entropy.js';
export { censusLoss, censusTransform, censusValidMask } from './census.js';
export { adaptiveCharbonnierLoss, charbonnierLoss } from './charbonnier.js';
export { flowDistillationLoss, robustWeight } from './flow-distillation.js';
export { type FlowSequenceOptions, type FlowSequenceValue, flowSequenceLoss } from './flow-sequence.js';
export {
  type FrameSegmentationInputs,
  type FrameSegmentationOptions,
  frameSegmentationObjective,
} from './frame-segmentation-objective.js';
export { geometryLoss } from './geometry.js';
export {
  type FlowFramePrediction,
  type FlowFrameTarget,
  type IfrnetObjectiveOptions,
  ifrnetObjective,
} from './ifrnet-objective.js';
export { laplacianLoss } from './laplacian.js';
export { addObjectives, type ObjectiveValue } from './objective.js';
export { patchLoss } from './patch-loss.js';
export { perceptualLoss } from './perceptual/perceptual-loss.js';
export { vgg16Features, vgg16Parameters } from './perceptual/vgg16.js';
export {
  privilegedDistillationLoss,
  type RifeObjectiveOptions,
  rifeObjective,
  type TaughtFlowPrediction,
} from './rife-objective.js';
export {
  type PaperVosOptions,
  type ReleasedVosOptions,
  type VosObjectiveInputs,
  type VosObjectiveOptions,
  vosObjective,
} from './vos-objective.js';
export type { DifferentiableSegmenter, FrameSegmenter } from './vos-segmenter.js';
