import { ConfigError, type HostTensor, sizeOf, UnsupportedError, type VosvfiError } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';

/** An input or output of an ONNX file. */
export interface OnnxPort {
  readonly name: string;
  /** Element type as ONNX Runtime names it, such as `float32`, `uint8`, `int64`. */
  readonly type: string;
  /** `null` for sizes that the file leaves open. */
  readonly shape: readonly (number | null)[];
}

/** An ONNX file that somebody else made. */
export interface OnnxModel {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /**
   * Runs once. Floats go in as float32 (`uint8` inputs take their values rounded); outputs of whole numbers come back as
   * int32, all others as float32.
   * @throws UnsupportedError if the model refuses the inputs, or for element types that are neither.
   */
  run(feeds: Readonly<Record<string, HostTensor>>, fetches: readonly string[]): Promise<Record<string, HostTensor>>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

function portOf(meta: ort.InferenceSession.ValueMetadata): OnnxPort {
  if (!meta.isTensor) return { name: meta.name, type: 'no tensor', shape: [] };
  const shape = meta.shape.map((size) => (typeof size === 'number' && size > 0 ? size : null));
  return { name: meta.name, type: meta.type, shape };
}

function tensorFor({ data, shape }: HostTensor, type: string): ort.Tensor {
  if (type === 'uint8') return new ort.Tensor('uint8', new Uint8Array(Uint8ClampedArray.from(data)), [...shape]);
  return new ort.Tensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), [...shape]);
}

function hostOf(name: string, { data, dims }: ort.Tensor): HostTensor {
  if (data instanceof Float32Array) return { data, shape: dims, dtype: 'float32' };
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return { data: Int32Array.from(data as BigInt64Array, Number), shape: dims, dtype: 'int32' };
  }
  if (data instanceof Int32Array || data instanceof Uint8Array || data instanceof Int8Array) {
    return { data: Int32Array.from(data), shape: dims, dtype: 'int32' };
  }
  throw new UnsupportedError(`Output "${name}": expected float32 or whole numbers.`);
}

const refused = (file: string, error: unknown): VosvfiError =>
  new UnsupportedError(`${file}: ONNX Runtime refuses the model: ${(error as Error).message}`, { cause: error });

/**
 * Opens any ONNX file on the processor.
 * @param threads of one run; default: the machine's cores.
 * @throws UnsupportedError if ONNX Runtime cannot load the file.
 */
export async function openOnnxModel(
  file: string,
  { threads }: { readonly threads?: number | undefined } = {},
): Promise<OnnxModel> {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  }).catch((error: unknown) => {
    throw refused(file, error);
  });
  const inputs = session.inputMetadata.map(portOf);
  return {
    inputs,
    outputs: session.outputMetadata.map(portOf),
    async run(feeds, fetches) {
      const tensors: Record<string, ort.Tensor> = {};
      for (const { name, type } of inputs) {
        const feed = feeds[name];
        if (!feed) throw new ConfigError(name, 'the model needs this input.');
        if (feed.data.length !== sizeOf(feed.shape))
          throw new ConfigError(name, 'has elements that do not fit its shape.');
        tensors[name] = tensorFor(feed, type);
      }
      const results = await session.run(tensors, [...fetches]).catch((error: unknown) => {
        throw refused(file, error);
      });
      return Object.fromEntries(fetches.map((name) => [name, hostOf(name, results[name]!)]));
    },
    dispose: () => session.release(),
  };
}
