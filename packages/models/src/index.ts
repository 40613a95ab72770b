export { checkWeights } from './check-weights.js';
export {
  type CalibrationOptions,
  countParameters,
  findModel,
  type InterpolatorOptions,
  listModels,
  type ModelEntry,
  type ModelFacts,
  type OfficialWeights,
} from './registry.js';
