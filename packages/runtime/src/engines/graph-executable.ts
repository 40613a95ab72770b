import { availableParallelism } from 'node:os';
import { type DType, type HostTensor, sizeOf, type TensorData, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { GraphEngineId, Signature, TensorFunction } from '../engine.js';
import type { Executable } from './executable.js';
import { graphDevices } from './graph-device.js';
import {
  compileProgram,
  type GraphLayout,
  type ModelSource,
  modelSource,
  type ProgramOptions,
} from './graph-program.js';
import { openSession } from './graph-session.js';
import type { Residence } from './resident-tensors.js';

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  threads?: number,
  residence?: Residence,
): Promise<Executable> {
  const started = performance.now();
  const compileAgain = (options?: ProgramOptions) => compileProgram(engine, fn, signature, weights, options);
  const program = compileAgain();
  const traced = performance.now();
  const source = await modelSource(program.model);
  return {
    ...(await openGraph(program, source, threads, residence)),
    traceMilliseconds: traced - started,
    program: compileAgain,
  };
}

/** Makes a session of a compiled graph. */
export async function openGraph(
  { engine, nodes, inputs: signature, outputs }: GraphLayout,
  // Taken apart, so that the session's methods do not keep the model in memory.
  { model, remove }: ModelSource,
  threads = availableParallelism(),
  residence?: Residence,
): Promise<Executable> {
  const started = performance.now();
  const { session, fallbacks } = await openSession(model, engine, threads, placement(outputs, residence)).finally(() =>
    // Systems that do not let go of a file in use get another chance when the session ends.
    remove().catch(() => undefined),
  );
  const ready = performance.now();
  const read = new Set(session.inputNames);
  const inputs = Object.entries(signature).filter(([name]) => read.has(name));
  return {
    engine,
    provider: graphDevices[engine].provider,
    fallbacks,
    nodes,
    traceMilliseconds: 0,
    sessionMilliseconds: ready - started,
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => {
        const data = feeds[name] as TensorData;
        return [name, residence?.tensors.of(data) ?? ortTensor({ data, dtype, shape })];
      });
      const results = outputs.map(({ name, dtype, shape }): [string, HostTensor] => [
        name,
        { data: fetches[name] ?? newData(dtype, sizeOf(shape)), dtype, shape },
      ]);
      if (residence === undefined) {
        const wanted = results.map(([name, tensor]) => [name, ortTensor(tensor)]);
        await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      } else {
        const found = await session.run(Object.fromEntries(given));
        for (const [name, { data }] of results) receive(residence, name, data, found[name] as ort.Tensor);
      }
      return Object.fromEntries(results);
    },
    dispose: async () => {
      await session.release();
      await remove();
    },
  };
}

/** Where ONNX Runtime leaves each output. */
function placement(
  outputs: readonly { readonly name: string }[],
  residence: Residence | undefined,
): ort.InferenceSession.SessionOptions {
  if (residence === undefined) return {};
  const places = outputs.map(({ name }) => [name, residence.stays(name) ? 'gpu-buffer' : 'cpu'] as const);
  return { preferredOutputLocation: Object.fromEntries(places) };
}

/** The binding does not write into given arrays when some outputs stay on the device. */
function receive(residence: Residence, name: string, data: TensorData, found: ort.Tensor): void {
  if (residence.stays(name)) residence.tensors.set(data, found);
  else data.set(found.data as TensorData);
}

/** The binding copies nothing: ONNX Runtime reads and writes these arrays in place. */
function ortTensor({ data, dtype, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}

function newData(dtype: DType, size: number): TensorData {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
