import { sizeOf, UnsupportedError } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { Fallback, GraphEngineId } from '../engine.js';
import { assertProviderInstalled, explainDeviceError } from './device-errors.js';
import { graphDevices } from './graph-device.js';
import { fallbacksOf, temporaryProfile } from './profiled-fallbacks.js';

/** A session, and what of it runs elsewhere than asked for. */
export interface OpenSession {
  readonly session: ort.InferenceSession;
  readonly fallbacks: readonly Fallback[];
}

/**
 * Makes an ONNX Runtime session on the engine's device.
 *
 * @param model A model's bytes or its file.
 * @throws EnvironmentError if the device cannot be used here; UnsupportedError if ONNX Runtime refuses the model.
 */
export async function openSession(
  model: Uint8Array | string,
  engine: GraphEngineId,
  threads: number,
  options: ort.InferenceSession.SessionOptions = {},
): Promise<OpenSession> {
  const { provider } = graphDevices[engine];
  assertProviderInstalled(engine);
  const base: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(provider === 'cpu' && processorOptions),
    ...options,
  };
  try {
    if (provider === 'cpu') return { session: await create(model, base), fallbacks: [] };
    const session = await withoutFallbacks(model, base);
    return session === undefined ? await profiled(model, base, engine) : { session, fallbacks: [] };
  } catch (error) {
    const explained = explainDeviceError(error, engine);
    if (explained !== undefined) throw explained;
    throw new UnsupportedError(`ONNX Runtime refuses the compiled function: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * ONNX Runtime would move transposes once more, by their number instead of their size: it turns filter gradients round
 * in the optimizer's update, on both operands and in an order of axes that is slow, which costs a small step a fifth.
 */
const UNWANTED_OPTIMIZERS = ['TransposeOptimizer', 'TransposeOptimizer_CPUExecutionProvider'];

const processorOptions: ort.InferenceSession.SessionOptions = {
  // One block planned for all values takes half as much memory again as values that come and go in the arena.
  enableMemPattern: false,
  extra: { optimization: { disable_specified_optimizers: UNWANTED_OPTIMIZERS.join(';') } },
};

function create(
  model: Uint8Array | string,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession> {
  // The declared overloads have no union; both kinds are loaded the same way.
  return ort.InferenceSession.create(model as string, options);
}

/** A session that runs on the device alone; undefined if some node has to run on the processor. */
async function withoutFallbacks(
  model: Uint8Array | string,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession | undefined> {
  try {
    // The refusal is an answer here, not something to log.
    return await create(model, {
      ...options,
      logSeverityLevel: 4,
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    });
  } catch (error) {
    if ((error as Error).message.includes('fallback to CPU EP has been explicitly disabled')) return undefined;
    throw error;
  }
}

/** ONNX Runtime tells where nodes run in the profile of a run, so one is made, with zeros. */
async function profiled(
  model: Uint8Array | string,
  options: ort.InferenceSession.SessionOptions,
  engine: GraphEngineId,
): Promise<OpenSession> {
  const profile = await temporaryProfile();
  try {
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix: profile.prefix });
    await session.run(zeroFeeds(session));
    session.endProfiling();
    return { session, fallbacks: fallbacksOf(await profile.read(), graphDevices[engine].profileName) };
  } finally {
    await profile.remove();
  }
}

function zeroFeeds(session: ort.InferenceSession): Record<string, ort.Tensor> {
  return Object.fromEntries(
    session.inputMetadata.map((input) => {
      if (!input.isTensor) throw new Error(`Input "${input.name}" is not a tensor.`);
      const shape = input.shape.map(Number);
      const data = input.type === 'float32' ? new Float32Array(sizeOf(shape)) : integers(input.type, sizeOf(shape));
      return [input.name, new ort.Tensor(input.type as 'float32', data as Float32Array, shape)];
    }),
  );
}

function integers(type: string, size: number): Int32Array | Uint8Array {
  return type === 'bool' ? new Uint8Array(size) : new Int32Array(size);
}
