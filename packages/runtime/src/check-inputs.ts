import {
  ConfigError,
  type DType,
  type HostTensor,
  ShapeError,
  sizeOf,
  type TensorData,
  type WeightMap,
} from '@vosvfi/core';
import type { Signature, TensorSpec } from './engine.js';

/** What holds the elements of each type. */
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Type and shape as errors write them: `float32 [1, 3]`. */
export function describeSpec({ dtype = 'float32', shape }: TensorSpec): string {
  return `${dtype} [${shape.join(', ')}]`;
}

/**
 * The arrays of `inputs`, once they fit `signature`.
 * @throws ShapeError naming the input that is missing, unknown or of another shape or type.
 */
export function checkedFeeds(
  signature: Signature,
  inputs: Readonly<Record<string, HostTensor>>,
): Record<string, TensorData> {
  for (const [name, given] of Object.entries(inputs)) {
    if (signature[name] === undefined) {
      const known = Object.keys(signature).join(', ');
      throw new ShapeError(`Input "${name}"`, `one of ${known}`, `${describeSpec(given)} of unknown name`);
    }
  }
  const feeds: Record<string, TensorData> = {};
  for (const [name, spec] of Object.entries(signature)) {
    const given = inputs[name];
    if (given === undefined) throw new ShapeError(`Input "${name}"`, describeSpec(spec), 'nothing');
    if (describeSpec(given) !== describeSpec(spec)) {
      const found = `${describeSpec(given)} with ${given.data.length} elements`;
      throw new ShapeError(`Input "${name}"`, describeSpec(spec), found);
    }
    checkData(`Input "${name}"`, given);
    feeds[name] = given.data;
  }
  return feeds;
}

/**
 * Checks what a function is about to be compiled for.
 * @throws ConfigError naming an input whose type or shape no engine knows; ShapeError naming a weight whose elements do
 * not fit its shape and type.
 */
export function checkDeclarations(signature: Signature, weights: WeightMap = new Map()): void {
  for (const [name, spec] of Object.entries(signature)) {
    checkType(`signature.${name}`, spec);
    spec.shape.forEach((extent, axis) => {
      checkExtent(`signature.${name}.shape[${axis}]`, extent);
    });
  }
  for (const [key, tensor] of weights) {
    checkType(`weights.${key}`, tensor);
    checkData(`Weight "${key}"`, tensor);
  }
}

function checkType(path: string, { dtype = 'float32' }: TensorSpec): void {
  if (Object.hasOwn(arrays, dtype)) return;
  const hint = (dtype as string) === 'int64' ? 'Convert it to int32.' : undefined;
  throw new ConfigError(`${path}.dtype`, `expected one of ${Object.keys(arrays).join(', ')}, found ${dtype}.`, {
    hint,
  });
}

function checkExtent(path: string, extent: number): void {
  if (Number.isSafeInteger(extent) && extent > 0) return;
  const hint = extent === 0 ? 'Tensors without elements are not compiled: leave the call out.' : undefined;
  throw new ConfigError(path, `expected a positive whole number, found ${extent}.`, { hint });
}

/** @throws ShapeError if the elements are of another type or number than type and shape say. */
function checkData(subject: string, { data, dtype, shape }: HostTensor): void {
  const kind = arrays[dtype];
  if (!(data instanceof kind)) {
    const found = ArrayBuffer.isView(data) ? (data as object).constructor.name : typeof data;
    throw new ShapeError(subject, `${describeSpec({ dtype, shape })} in a ${kind.name}`, `a ${found}`);
  }
  if (data.length !== sizeOf(shape)) {
    const found = `${describeSpec({ dtype, shape })} with ${data.length} elements`;
    throw new ShapeError(subject, `${sizeOf(shape)} elements`, found);
  }
}

/** @throws ConfigError unless `threads` is left out or a positive whole number. */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isSafeInteger(threads) && threads > 0)) return;
  throw new ConfigError('threads', `expected a positive whole number, found ${threads}.`);
}

/** Name, shape and type of each output. */
export type OutputInfos = readonly (TensorSpec & { readonly name: string; readonly dtype: DType })[];

/** @throws ShapeError naming the array of `given` that belongs to no output, or is of another type or length. */
export function checkTargets(outputs: OutputInfos, given: Readonly<Record<string, TensorData>>): void {
  for (const [name, data] of Object.entries(given)) {
    const info = outputs.find((output) => output.name === name);
    if (info === undefined) {
      const known = outputs.map((output) => output.name).join(', ');
      throw new ShapeError(`Output "${name}"`, `one of ${known}`, 'an unknown name');
    }
    const [type, size] = [arrays[info.dtype], sizeOf(info.shape)];
    if (data.constructor !== type || data.length !== size) {
      const expected = `${type.name} of ${size} elements`;
      throw new ShapeError(`Array for output "${name}"`, expected, `${data.constructor.name} of ${data.length}`);
    }
  }
}
