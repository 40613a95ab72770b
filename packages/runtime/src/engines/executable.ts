import type { HostTensor, TensorData } from '@vosvfi/core';
import type { EngineId, PassFact } from '../engine.js';

/** Typed arrays by name. */
export type Buffers = Readonly<Record<string, TensorData>>;

/** A function made ready on one engine; shapes were fixed when it was made. */
export interface Executable {
  readonly engine: EngineId;
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
  dispose(): Promise<void>;
}
