import { basename } from 'node:path';
import { ConfigError, type WeightMap, writeAtomically } from '@vosvfi/core';
import { checkDeclarations } from './check-inputs.js';
import type { Signature, TensorFunction } from './engine.js';
import type { Graph, GraphPort } from './graph/graph.js';
import { writePieces } from './onnx/model-files.js';
import { writeModel, writeModelParts } from './onnx/write-model.js';
import { optimize } from './passes/optimize.js';
import { trace } from './trace/trace.js';

/** What goes into an exported file besides the function. */
export interface ExportOptions {
  /** Constants of the function; they become initializers. */
  readonly weights?: WeightMap;
  /** Names in the file by names in the signature; default: the signature's. */
  readonly inputNames?: Readonly<Record<string, string>>;
  /** Names in the file by the names that the function gives; default: the function's. */
  readonly outputNames?: Readonly<Record<string, string>>;
}

/** How to write a file. */
export interface ExportFileOptions extends ExportOptions {
  /**
   * Constants of more bytes than this in all go to a file of their own; default: nearly 2 GiB, where ONNX files end.
   */
  readonly inlineBytes?: number;
}

/**
 * The ONNX file of an inference function: standard operators only (opset 22), static shapes, weights inside.
 * @returns The bytes of a ModelProto.
 * @throws UnsupportedError as `compile` does, and if the weights do not fit in one ONNX file; ConfigError if a renamed input or
 * output does not exist.
 */
export function exportOnnx(fn: TensorFunction, signature: Signature, options: ExportOptions = {}): Uint8Array {
  return writeModel(exportedGraph(fn, signature, options));
}

/**
 * Writes the ONNX file of an inference function, as {@link exportOnnx} makes it. Weights for which it has no room go to
 * `PATH.data` beside it (ONNX external data), which has to be moved along with it and keep its name.
 * @returns The files written.
 * @throws as {@link exportOnnx}, whatever the size.
 */
export async function exportOnnxFile(
  path: string,
  fn: TensorFunction,
  signature: Signature,
  { inlineBytes, ...options }: ExportFileOptions = {},
): Promise<string[]> {
  const dataPath = `${path}.data`;
  const { bytes, data } = writeModelParts(exportedGraph(fn, signature, options), basename(dataPath), inlineBytes);
  if (data !== undefined) await writeAtomically(dataPath, (temporary) => writePieces(temporary, data.pieces));
  await writeAtomically(path, (temporary) => writePieces(temporary, [bytes]));
  return data === undefined ? [path] : [path, dataPath];
}

function exportedGraph(fn: TensorFunction, signature: Signature, options: ExportOptions): Graph {
  const { weights, inputNames, outputNames } = options;
  checkDeclarations(signature, weights);
  const graph = optimize(trace(fn, signature, weights));
  return {
    ...graph,
    inputs: renamed('inputNames', graph.inputs, inputNames),
    outputs: renamed('outputNames', graph.outputs, outputNames),
  };
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
