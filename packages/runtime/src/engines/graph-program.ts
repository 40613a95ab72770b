import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DType, WeightMap } from '@vosvfi/core';
import type { GraphEngineId, PassFact, PassName, Signature, TensorFunction } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import { writePieces } from '../onnx/model-files.js';
import { type OnnxModel, writeModelParts } from '../onnx/write-model.js';
import { lowerPrecision } from '../precision/lower-precision.js';
import type { Precision } from '../precision/precision.js';
import { trace } from '../trace/trace.js';
import { graphDevices } from './graph-device.js';

/** An output of a compiled graph. */
export interface GraphOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What has to be known of a compiled graph to run it. */
export interface GraphLayout {
  /** Where it was compiled to run. */
  readonly engine: GraphEngineId;
  readonly nodes: number;
  readonly inputs: Signature;
  readonly outputs: readonly GraphOutput[];
}

/** A compiled graph: everything but the session. */
export interface GraphProgram extends GraphLayout {
  readonly passes: readonly PassFact[];
  readonly model: OnnxModel;
}

/** How to compile, and where constants go. */
export interface ProgramOptions {
  /** Passes to leave out. */
  readonly without?: readonly PassName[];
  readonly precision?: Precision;
  readonly tiledConvolutions?: boolean;
  /** Constants of more than this in all are kept out of the model; default: nearly the 2 GiB of a protobuf message. */
  readonly inlineBytes?: number;
  /** The file, beside the model's, for constants that the model has no room for. */
  readonly dataFile?: string;
}

/** Traces and optimizes `fn`. */
export function compileProgram(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  { without = [], precision, tiledConvolutions = false, ...writing }: ProgramOptions = {},
): GraphProgram {
  const passes: PassFact[] = [];
  const traced = trace(fn, signature, weights);
  const optimized = graphDevices[engine].optimize(traced, {
    without,
    tiledConvolutions,
    report: (fact) => passes.push(fact),
  });
  const graph = precision === undefined ? optimized : lowerPrecision(optimized, weights, precision);
  return { ...programOf(graph, engine, signature, writing), passes };
}

/** A graph, written as a model. */
export function programOf(
  graph: Graph,
  engine: GraphEngineId,
  inputs: Signature,
  { inlineBytes, dataFile = 'model.onnx.data' }: Pick<ProgramOptions, 'inlineBytes' | 'dataFile'> = {},
): GraphProgram {
  const outputs = graph.outputs.map(({ name, value }) => ({ ...(graph.values.get(value) as GraphOutput), name }));
  const model = writeModelParts(graph, dataFile, inlineBytes);
  return { engine, nodes: graph.nodes.length, inputs, outputs, model, passes: [] };
}

/** Something in a file, or in memory, that ONNX Runtime can load, until it is removed. */
export interface ModelSource {
  readonly model: Uint8Array | string;
  /** Frees what the source takes; called again when that failed because the file is in use. */
  remove(): Promise<void>;
}

/** A model in memory as it is; one with external data in a temporary folder, where ONNX Runtime maps it into memory. */
export async function modelSource({ bytes, data }: OnnxModel): Promise<ModelSource> {
  if (data === undefined) return { model: bytes, remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'vosvfi-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const model = join(folder, 'model.onnx');
    await writePieces(join(folder, data.file), data.pieces);
    await writePieces(model, [bytes]);
    return { model, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
