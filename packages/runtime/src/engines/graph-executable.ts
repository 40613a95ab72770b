import { availableParallelism } from 'node:os';
import type { HostTensor, TensorData, WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { checkTargets } from '../check-inputs.js';
import type { GraphEngineId, PassName, Signature, TensorFunction } from '../engine.js';
import type { Precision } from '../precision/precision.js';
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

/** How to make a session of a function. */
export interface GraphOptions {
  readonly threads?: number | undefined;
  /** Passes to leave out. */
  readonly without?: readonly PassName[] | undefined;
  readonly precision?: Precision | undefined;
  readonly tiledConvolutions?: boolean | undefined;
  readonly residence?: Residence | undefined;
}

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  { threads, without, precision, tiledConvolutions, residence }: GraphOptions,
): Promise<Executable> {
  const started = performance.now();
  const compileAgain = (options?: ProgramOptions) =>
    compileProgram(engine, fn, signature, weights, {
      ...options,
      ...(without && { without }),
      ...(precision && { precision }),
      ...(tiledConvolutions && { tiledConvolutions }),
    });
  const program = compileAgain();
  const traced = performance.now();
  const source = await modelSource(program.model);
  return {
    ...(await openGraph(program, source, threads, residence)),
    traceMilliseconds: traced - started,
    passes: program.passes,
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
    passes: [],
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => {
        const data = feeds[name] as TensorData;
        return [name, residence?.tensors.of(data) ?? ortTensor({ data, dtype, shape })];
      });
      checkTargets(outputs, fetches);
      const wanted = outputs.map(({ name, dtype, shape }) => {
        const data = residence === undefined ? fetches[name] : undefined;
        return [name, data === undefined ? null : ortTensor({ data, dtype, shape })];
      });
      const results = await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      return Object.fromEntries(
        outputs.map(({ name, dtype, shape }) => {
          const found = results[name] as ort.Tensor;
          return [name, { data: received(residence, name, fetches[name], found), dtype, shape }];
        }),
      );
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

/** The array of an output. The binding does not write into given arrays when some outputs stay on the device. */
function received(
  residence: Residence | undefined,
  name: string,
  target: TensorData | undefined,
  found: ort.Tensor,
): TensorData {
  if (target === undefined) return found.data as TensorData;
  if (residence?.stays(name)) residence.tensors.set(target, found);
  else if (residence !== undefined) target.set(found.data as TensorData);
  return target;
}

/** The binding copies nothing: ONNX Runtime reads and writes these arrays in place. */
function ortTensor({ data, dtype, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}
