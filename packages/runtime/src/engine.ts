import type { DType, HostTensor, TensorData, WeightMap } from '@vosvfi/core';
import type { TensorWeights } from './network/index.js';
import type { Precision } from './precision/precision.js';
import type * as tf from './tf.js';

/**
 * Where a function can run: compiled in ONNX Runtime on the processor (`graph`), through WebGPU or through CUDA, or
 * eagerly on a TensorFlow.js back-end.
 */
export const engineIds = ['graph', 'graph-webgpu', 'graph-cuda', 'cpu', 'wasm', 'webgpu', 'tensorflow'] as const;

/** One of {@link engineIds}. */
export type EngineId = (typeof engineIds)[number];

/** Engines that compile. */
export type GraphEngineId = Extract<EngineId, `graph${string}`>;

/** Engines that run op by op. */
export type EagerEngineId = Exclude<EngineId, GraphEngineId>;

/** True for engines that compile. */
export function isGraphEngine(engine: EngineId): engine is GraphEngineId {
  return engine.startsWith('graph');
}

/** Shape and type of one input. Shapes are static: another shape needs another compilation. */
export interface TensorSpec {
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: DType;
}

/** Named inputs of a compiled function. */
export type Signature = Readonly<Record<string, TensorSpec>>;

/**
 * A pure function of named tensors, written with TensorFlow.js ops; it may call `tf.grads` inside.
 * `weights` holds what {@link CompileOptions.weights} gave, as constants.
 */
export type TensorFunction = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  weights: TensorWeights,
) => Record<string, tf.Tensor>;

/** The passes over a traced graph, in the order in which they first run. */
export const passNames = [
  'remove-dead-nodes',
  'fold-constants',
  'channels-first',
  'fuse-bias',
  'align-scalars',
] as const;

/** One of {@link passNames}. */
export type PassName = (typeof passNames)[number];

/** What one run of a pass did to the graph, and what it cost. Some passes run more than once. */
export interface PassFact {
  /** `tile-convolutions` only runs where {@link CompileOptions.tiledConvolutions} asks for it. */
  readonly pass: PassName | 'tile-convolutions';
  readonly milliseconds: number;
  readonly nodesBefore: number;
  readonly nodesAfter: number;
}

/** How to compile. */
export interface CompileOptions {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Constants of the function, typically a network's weights (so that ONNX Runtime can pre-pack them). */
  readonly weights?: WeightMap;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Default float32. */
  readonly precision?: Precision;
  /** Passes of the graph engine to leave out, to see what each is worth; default: none. */
  readonly withoutPasses?: readonly PassName[];
  /**
   * Convolutions by 3x3 and 5x5 taps with many channels in tiles, by a quarter or a sixth of the products (engine `graph`):
   * faster, with rounding of its own (about 1e-6, 5x5: 5e-6 of the largest value) and four times the memory for their
   * filters. Default false.
   */
  readonly tiledConvolutions?: boolean | undefined;
}

/** A node that the processor runs although another device was asked for, because that device's provider lacks it. */
export interface Fallback {
  readonly node: string;
  /** ONNX operator. */
  readonly operator: string;
}

/** What compiling cost and made. */
export interface CompiledFacts {
  readonly engine: EngineId;
  /** What computes: ONNX Runtime's execution provider (`cpu`, `webgpu`, `cuda`), or TensorFlow.js's back-end. */
  readonly provider: string;
  /** Empty if everything runs where it was asked for. */
  readonly fallbacks: readonly Fallback[];
  readonly nodes: number;
  /** From the function to the bytes of its ONNX graph, passes included. */
  readonly traceMilliseconds: number;
  readonly sessionMilliseconds: number;
  /** Every run of a pass, in order; empty on eager engines. */
  readonly passes: readonly PassFact[];
}

/** A function that is ready to run, many times, on one engine. */
export interface Compiled {
  readonly facts: CompiledFacts;
  /**
   * Runs once. Inputs must match the signature.
   * @param into Arrays that receive outputs, by name; the others get fresh ones. In a loop this saves allocating (and
   * having the system clear) large results at every run. They must not share memory with inputs.
   * @throws ShapeError naming the input or array that is missing, unknown or of another shape or type.
   */
  run(
    inputs: Readonly<Record<string, HostTensor>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, HostTensor>>;
  /**
   * Writes the compiled graph to the folder `path`, for `loadCompiled`; a folder saved there before is replaced. The
   * function is traced once more for that.
   * @throws UnsupportedError on eager engines, and if this was loaded itself; ConfigError if `path` is something else.
   */
  save(path: string): Promise<void>;
  /** Frees native memory, after the runs that are under way; later ones fail. */
  dispose(): Promise<void>;
}

/**
 * Value of a training step: a scalar `total` to minimize, and named scalars to log.
 * `frozen` holds constants that take no gradient (another network's weights, batch-norm statistics).
 */
export type LossFunction = (
  weights: TensorWeights,
  inputs: Readonly<Record<string, tf.Tensor>>,
  frozen: TensorWeights,
) => { readonly total: tf.Scalar; readonly terms?: Readonly<Record<string, tf.Tensor>> };

/** An update rule written with TensorFlow.js ops, so that it runs inside the compiled step. */
export interface Optimizer {
  readonly id: string;
  /** Names of the state tensors kept per parameter, each of the parameter's shape and zero at the start. */
  readonly slots: readonly string[];
  /**
   * One update. `step` counts from 1 and `learningRate` is the current rate, both scalars; `key` names the parameter.
   * Returns the new parameter and its new slots, keyed as `slots`.
   */
  update(
    parameter: tf.Tensor,
    gradient: tf.Tensor,
    slots: Readonly<Record<string, tf.Tensor>>,
    step: tf.Scalar,
    learningRate: tf.Scalar,
    key?: string,
  ): { parameter: tf.Tensor; slots: Record<string, tf.Tensor> };
}

/** How to compile a training step. */
export interface TrainStepOptions {
  readonly loss: LossFunction;
  /** Initial values of everything that is trained; keys name the weights given to `loss`. */
  readonly parameters: WeightMap;
  /** Constants given to `loss` as `frozen`. */
  readonly frozen?: WeightMap;
  readonly signature: Signature;
  readonly optimizer: Optimizer;
  /** Gradients are scaled so that their global L2 norm does not exceed this; default: not clipped. */
  readonly clipNorm?: number;
  /**
   * Micro-batches that a batch is computed in, one after another, to train with batches that do not fit in memory. Inputs
   * are split along their first axis; those without one, or with an extent of 1 there, go to every micro-batch. Losses,
   * terms and gradients are means over the micro-batches: the update is that of the whole batch if the loss is a mean
   * over samples. Default 1.
   */
  readonly accumulate?: number;
  readonly engine?: EngineId;
  readonly threads?: number;
  /** As {@link CompileOptions.withoutPasses}. */
  readonly withoutPasses?: readonly PassName[];
}

/** Values of one step. */
export interface StepOptions {
  readonly learningRate: number;
}

/** What a step gave. */
export interface StepResult {
  readonly total: number;
  readonly terms: Readonly<Record<string, number>>;
  /** Global L2 norm of the gradient before clipping; NaN if a micro-batch's loss was not finite. */
  readonly gradientNorm: number;
  /** False if total or gradient norm was not finite: weights and optimizer state are then as before the step. */
  readonly applied: boolean;
}

/** A compiled training step with the weights and optimizer state it advances. */
export interface TrainStep {
  readonly facts: CompiledFacts;
  run(inputs: Readonly<Record<string, HostTensor>>, options: StepOptions): Promise<StepResult>;
  /**
   * Brings weights and optimizer state from the device that keeps them between steps (engine `graph-webgpu`). Call it
   * before `weights()` and `state()`; other engines have nothing to do.
   */
  settle(): Promise<void>;
  /**
   * Copies of the current weights, in the order of `parameters`.
   * @throws TrainingError if the device has newer ones: `settle` first. So does `state`.
   */
  weights(): Map<string, HostTensor>;
  /** Copies of the optimizer's slots, keyed `${slot}/${parameter key}`, and the number of steps applied. */
  state(): { step: number; slots: Map<string, HostTensor> };
  /**
   * Replaces weights and optimizer state (to resume).
   * @throws CheckpointError naming a missing, unknown or mis-shaped tensor; TrainingError while steps run.
   */
  restore(weights: WeightMap, state: { step: number; slots: WeightMap }): void;
  /**
   * Writes the compiled graphs to the folder `path`, for `loadTrainStep`; weights and optimizer state are not part of it.
   * @throws as `Compiled.save`.
   */
  save(path: string): Promise<void>;
  /** Frees native memory, after the steps that are under way; later ones fail. */
  dispose(): Promise<void>;
}
