export { carryFlow } from './carry-flow.js';
export {
  createFlowEstimator,
  type EstimatedFlow,
  type EstimateOptions,
  type FlowEstimator,
  type FlowEstimatorOptions,
} from './estimator.js';
export type { FlowInputs, FlowNetwork, FlowOutputs } from './flow-network.js';
export { type FlowChoice, openFlowEstimator } from './open.js';
export { type FlowPadding, type FlowSize, flowMargins } from './padding.js';
