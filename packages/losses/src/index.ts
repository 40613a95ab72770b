export { censusLoss, censusTransform, censusValidMask } from './census.js';
export { adaptiveCharbonnierLoss, charbonnierLoss } from './charbonnier.js';
export { flowDistillationLoss, robustWeight } from './flow-distillation.js';
export { geometryLoss } from './geometry.js';
export {
  type FlowFramePrediction,
  type FlowFrameTarget,
  type IfrnetObjectiveOptions,
  ifrnetObjective,
  type ObjectiveValue,
} from './ifrnet-objective.js';
export { patchLoss } from './patch-loss.js';
