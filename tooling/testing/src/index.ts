export { relativeL2, relativeL2ToStored } from './compare.js';
export { readFixture } from './fixtures.js';
export { expectGradient, type NumericalGradientOptions, numericalGradient } from './gradient.js';
export { crop, permute, toChannelsFirst, toChannelsLast } from './layout.js';
export { expectNoTensorLeak, type TensorMemory } from './leaks.js';
export { oracleTensor, oracleWeights, type ParameterRule, readParameterRules } from './weights-rule.js';
