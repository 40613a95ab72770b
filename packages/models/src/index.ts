export { checkWeights } from './check-weights.js';
export {
  type FlowEntry,
  type FlowFamily,
  findFlowNetwork,
  listFlowNetworks,
  type OfficialFlowWeights,
} from './flow/registry.js';
export {
  type InterpolationInputs,
  type InterpolationNetwork,
  type InterpolationOutputs,
  type PaddingRule,
  takesTime,
} from './interpolation-network.js';
export type { CalibrationOptions, InterpolatorOptions } from './interpolator.js';
export {
  countParameters,
  findModel,
  listModels,
  type ModelEntry,
  type ModelFacts,
  type ModelFamily,
  type OfficialWeights,
} from './registry.js';
export type { ShippedWeights } from './shipped-weights.js';
