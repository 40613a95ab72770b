import type { HostTensor, WeightMap } from '@vosvfi/core';
import type { EngineId } from '@vosvfi/runtime';

/** What a case gets to run a folder's network or operator. */
export interface OracleContext {
  /** Name of the folder, one of the case's ids. */
  readonly id: string;
  /** Path of the folder. */
  readonly dir: string;
  readonly engine: EngineId;
  /**
   * Everything in `tensors.safetensors`, with the stored layout (NCHW) and keys; 64-bit and 8-bit integers as int32.
   * Inputs and expected results alike: a case reads the inputs it needs.
   */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** Weights of `params.json` by the weights rule, official layouts; empty where the folder has no `params.json`. */
  readonly weights: WeightMap;
}

/** What a case computed. */
export interface OracleResult {
  /**
   * Every tensor of `tensors.safetensors` that is not an input, in the stored layout (NCHW), at the full size
   * (the tool cuts the stored crop out) and under the stored name.
   */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** By loss label of `param_grads.json`, then parameter key: the whole gradient, official layout. */
  readonly paramGrads?: ReadonlyMap<string, ReadonlyMap<string, HostTensor>>;
  /** What a reader of the report has to know about how the results came about. */
  readonly remarks?: readonly string[];
}

/** Folders with stored tensors of a network, an operator or losses, and how to compute the same. */
export interface OracleCase {
  /** Names of the folders it knows. */
  readonly ids: readonly string[];
  /**
   * Stored tensors that are inputs or helpers, not results. The default takes names with a path component `in`
   * (`in.img0`, `t050.in.embt`, `mem.in.qk`) or a first component `aux`.
   */
  readonly isInput?: (name: string) => boolean;
  /** Elements that the folder's notes leave out: 1 where an element counts; same shape as the stored tensor, or null for all. */
  readonly keep?: (name: string, tensors: ReadonlyMap<string, HostTensor>) => Uint8Array | null;
  /** Parameter gradients that the notes leave out (true gradient 0, stored value is rounding noise). */
  readonly skipParamGrad?: (label: string, key: string) => boolean;
  /**
   * Named parts of the folder that can be compared alone: true for the stored tensors that belong to a part. A run of a
   * part says which tensors it left out; parameter gradients belong to no part.
   */
  readonly parts?: Readonly<Record<string, (name: string) => boolean>>;
  run(context: OracleContext): Promise<OracleResult>;
}

/** One number of a metric and what the reference gives. */
export interface MetricComparison {
  readonly name: string;
  readonly actual: number;
  /** May be NaN or infinite; `actual` must then be the same. */
  readonly expected: number;
  /** Largest allowed absolute difference. */
  readonly tolerance: number;
}

/** Folders with an `expected.json` of numbers. */
export interface MetricCase {
  /** Names of the folders it knows. */
  readonly ids: readonly string[];
  run(dir: string): Promise<MetricComparison[]>;
}
