import { ConfigError, type WeightMap } from '@vosvfi/core';
import type { Signature, TensorFunction } from './engine.js';
import type { GraphPort } from './graph/graph.js';
import { writeModel } from './onnx/write-model.js';
import { optimize } from './passes/optimize.js';
import { lowerPrecision } from './precision/lower-precision.js';
import type { Float16WeightsPrecision } from './precision/precision.js';
import { trace } from './trace/trace.js';

/** What goes into an exported file besides the function. */
export interface ExportOptions {
  /** Constants of the function; they become initializers. */
  readonly weights?: WeightMap;
  /** Names in the file by names in the signature; default: the signature's. */
  readonly inputNames?: Readonly<Record<string, string>>;
  /** Names in the file by the names that the function gives; default: the function's. */
  readonly outputNames?: Readonly<Record<string, string>>;
  /** Default float32. Files with int8 are not offered: they would need operators that only ONNX Runtime has. */
  readonly precision?: Float16WeightsPrecision;
}

/**
 * The ONNX file of an inference function: standard operators only (opset 22), static shapes, weights inside.
 * @returns The bytes of a ModelProto.
 * @throws UnsupportedError as `compile` does; ConfigError if a renamed input or output does not exist.
 */
export function exportOnnx(fn: TensorFunction, signature: Signature, options: ExportOptions = {}): Uint8Array {
  const { weights = new Map(), precision } = options;
  const optimized = optimize(trace(fn, signature, weights));
  const graph = precision === undefined ? optimized : lowerPrecision(optimized, weights, precision);
  return writeModel({
    ...graph,
    inputs: renamed('inputNames', graph.inputs, options.inputNames),
    outputs: renamed('outputNames', graph.outputs, options.outputNames),
  });
}

function renamed(
  field: string,
  ports: readonly GraphPort[],
  names: Readonly<Record<string, string>> = {},
): GraphPort[] {
  for (const name of Object.keys(names)) {
    if (!ports.some((port) => port.name === name)) {
      throw new ConfigError(`${field}.${name}`, `there is only ${ports.map((port) => port.name).join(', ')}.`);
    }
  }
  return ports.map(({ name, value }) => ({ name: names[name] ?? name, value }));
}
