export type {
  Compiled,
  CompiledFacts,
  CompileOptions,
  EngineId,
  LossFunction,
  Optimizer,
  Signature,
  StepOptions,
  StepResult,
  TensorFunction,
  TensorSpec,
  TrainStep,
  TrainStepOptions,
} from './engine.js';
export { initializeWeights, type Network, type ParameterSpec, type TensorWeights, weightOf } from './network/index.js';
