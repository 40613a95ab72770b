import { type DType, type HostTensor, ShapeError, sizeOf, type TensorData } from '@vosvfi/core';
import type { Signature } from './engine.js';

/**
 * The arrays of `inputs`, once they fit `signature`.
 * @throws ShapeError naming the input that is missing, unknown or of another shape or type.
 */
export function checkedFeeds(
  signature: Signature,
  inputs: Readonly<Record<string, HostTensor>>,
): Record<string, TensorData> {
  const describe = (dtype: string, shape: readonly number[]) => `${dtype} [${shape.join(', ')}]`;
  for (const [name, given] of Object.entries(inputs)) {
    if (signature[name] === undefined) {
      const known = Object.keys(signature).join(', ');
      throw new ShapeError(
        `Input "${name}"`,
        `one of ${known}`,
        `${describe(given.dtype, given.shape)} of unknown name`,
      );
    }
  }
  const feeds: Record<string, TensorData> = {};
  for (const [name, { shape, dtype = 'float32' }] of Object.entries(signature)) {
    const given = inputs[name];
    const expected = describe(dtype, shape);
    if (given === undefined) throw new ShapeError(`Input "${name}"`, expected, 'nothing');
    if (describe(given.dtype, given.shape) !== expected || given.data.length !== sizeOf(shape)) {
      const found = `${describe(given.dtype, given.shape)} with ${given.data.length} elements`;
      throw new ShapeError(`Input "${name}"`, expected, found);
    }
    feeds[name] = given.data;
  }
  return feeds;
}

/** Typed arrays of each element type. */
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Name, shape and type of each output. */
export type OutputInfos = readonly (readonly [
  name: string,
  info: { readonly shape: readonly number[]; readonly dtype: DType },
])[];

/** @throws ShapeError naming the array of `given` that belongs to no output, or is of another type or length. */
export function checkTargets(outputs: OutputInfos, given: Readonly<Record<string, TensorData>>): void {
  for (const [name, data] of Object.entries(given)) {
    const info = outputs.find(([known]) => known === name)?.[1];
    if (info === undefined) {
      const known = outputs.map(([output]) => output).join(', ');
      throw new ShapeError(`Output "${name}"`, `one of ${known}`, 'an unknown name');
    }
    const [type, size] = [arrays[info.dtype], sizeOf(info.shape)];
    if (data.constructor !== type || data.length !== size) {
      const expected = `${type.name} of ${size} elements`;
      throw new ShapeError(`Array for output "${name}"`, expected, `${data.constructor.name} of ${data.length}`);
    }
  }
}
