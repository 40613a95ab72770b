export {
  type Compilation,
  type CompiledOnDemand,
  type Compiler,
  type CompilerFacts,
  type CompilerOptions,
  createCompiler,
} from './cache/compiler.js';
export { compile } from './compile.js';
export { defineOperator, type OperatorDefinition } from './define-operator.js';
export { delayUntil } from './delay-until.js';
export type {
  Compiled,
  CompiledFacts,
  CompileOptions,
  EngineId,
  LossFunction,
  Optimizer,
  PassFact,
  PassName,
  Signature,
  StepOptions,
  StepResult,
  TensorFunction,
  TensorSpec,
  TrainStep,
  TrainStepOptions,
} from './engine.js';
export { passNames } from './engine.js';
export { describeEngine, type EngineDescription, formatEngine } from './engine-description.js';
export { type EngineFact, type EngineFactsOptions, type EngineSpeed, engineFacts } from './engine-facts.js';
export { type ExportFileOptions, type ExportOptions, exportOnnx, exportOnnxFile } from './export-onnx.js';
export { type OnnxModel, type OnnxPort, openOnnxModel } from './foreign/onnx-model.js';
export type { GraphBuilder, GraphValue } from './graph/builder.js';
export type { Attribute, Attributes, ElementType, ValueInfo } from './graph/graph.js';
export { type RowUpdates, scatterAddParts, scatterPartRows } from './graph/scatter-add.js';
export {
  initializeWeights,
  type Network,
  type ParameterAlternative,
  type ParameterSpec,
  type TensorWeights,
  weightOf,
} from './network/index.js';
export { type CalibrateOptions, calibrate } from './precision/calibrate.js';
export { type Calibration, type ChannelRanges, parseCalibration } from './precision/calibration.js';
export type { Float16WeightsPrecision, Int8Precision, Precision } from './precision/precision.js';
export type { RangeRule } from './precision/range-rules.js';
export { type LoadOptions, loadCompiled } from './saved/load-compiled.js';
export { type LoadTrainStepOptions, loadTrainStep } from './saved/load-train-step.js';
export { compileTrainStep } from './train-step/compile-train-step.js';
