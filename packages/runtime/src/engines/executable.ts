import type { TensorData } from '@vosvfi/core';
import type { EngineId } from '../engine.js';

/** Typed arrays by name. */
export type Buffers = Readonly<Record<string, TensorData>>;

/** A function made ready on one engine; shapes were fixed when it was made. */
export interface Executable {
  readonly engine: EngineId;
  /** ONNX nodes; 0 on eager engines. */
  readonly nodes: number;
  readonly traceMilliseconds: number;
  readonly sessionMilliseconds: number;
  /** Shape and type of each output. */
  readonly outputs: Readonly<Record<string, OutputSpec>>;
  /** Reads `feeds` and writes every output into the array given for it. */
  run(feeds: Buffers, fetches: Buffers): Promise<void>;
  dispose(): Promise<void>;
}

/** Shape and type of one output. */
export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}
