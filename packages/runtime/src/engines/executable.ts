import type { HostTensor, TensorData } from '@vosvfi/core';
import type { EngineId, Fallback, PassFact } from '../engine.js';
import type { GraphProgram, ProgramOptions } from './graph-program.js';

/** Typed arrays by name. */
export type Buffers = Readonly<Record<string, TensorData>>;

/** A function made ready on one engine; shapes were fixed when it was made. */
export interface Executable {
  readonly engine: EngineId;
  /** What computes: ONNX Runtime's execution provider, or TensorFlow.js's back-end. */
  readonly provider: string;
  readonly fallbacks: readonly Fallback[];
  /** ONNX nodes; 0 on eager engines. */
  readonly nodes: number;
  readonly traceMilliseconds: number;
  readonly sessionMilliseconds: number;
  /** Every run of a pass; empty on eager engines. */
  readonly passes: readonly PassFact[];
  /**
   * Reads `feeds` and gives every output: in the array that `fetches` has for it, else in a fresh one.
   * `fetches` must not share memory with `feeds`.
   */
  run(feeds: Buffers, fetches?: Buffers): Promise<Record<string, HostTensor>>;
  /**
   * The compiled graph, to be saved: made anew, so that nothing is kept in memory for that. Absent on eager engines, and if
   * the function is not known because its graph was loaded.
   */
  program?(options?: ProgramOptions): GraphProgram;
  dispose(): Promise<void>;
}
