import { UnsupportedError } from '../errors.js';
import { type FloatTensor, type HostTensor, hostTensor, sizeOf } from '../tensor.js';
import { halfValue } from './half.js';

/** Bytes of one element, by the type names that safetensors files use. */
const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** Element type of a stored tensor. */
export type StoredDType = keyof typeof elementBytes;

/** What a file says about a tensor. */
export interface StoredTensorInfo {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
}

/** A tensor as a file holds it: C-order, little-endian elements. */
export interface StoredTensor extends StoredTensorInfo {
  readonly bytes: Uint8Array;
}

/** A file of named tensors, read one by one so that the file may be larger than memory. */
export interface TensorFile {
  readonly path: string;
  /** Names in file order. */
  readonly tensors: ReadonlyMap<string, StoredTensorInfo>;
  /** Text notes of the file; empty where the format has none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** @throws CheckpointError if the name is unknown or the file ends early. */
  read(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

/** True if `name` is one of the type names of {@link StoredDType}. */
export function isStoredDType(name: string): name is StoredDType {
  return Object.hasOwn(elementBytes, name);
}

/** Bytes of one element of `dtype`. */
export function bytesPerElement(dtype: StoredDType): 1 | 2 | 4 | 8 {
  return elementBytes[dtype];
}

/** A loop: `Float32Array.from` with a function takes ten times as long. */
function decodeHalves(words: Uint16Array): Float32Array {
  const values = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) values[i] = halfValue(words[i]!);
  return values;
}

/** bfloat16 is the upper half of a float32. */
function decodeBrain(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** The elements as numbers, or as bigints for 64-bit integers. Copies only where the bytes are not aligned. */
export function elementsOf(tensor: StoredTensor): ArrayLike<number> | BigInt64Array | BigUint64Array {
  const { dtype } = tensor;
  const width = elementBytes[dtype];
  const bytes = tensor.bytes.byteOffset % width === 0 ? tensor.bytes : tensor.bytes.slice();
  const { buffer, byteOffset } = bytes;
  const length = sizeOf(tensor.shape);
  switch (dtype) {
    case 'BOOL':
    case 'U8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'I8':
      return new Int8Array(buffer, byteOffset, length);
    case 'U16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'I16':
      return new Int16Array(buffer, byteOffset, length);
    case 'F16':
      return decodeHalves(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return decodeBrain(new Uint16Array(buffer, byteOffset, length));
    case 'U32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'I32':
      return new Int32Array(buffer, byteOffset, length);
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'U64':
      return new BigUint64Array(buffer, byteOffset, length);
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, length);
    case 'F64':
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** Any stored tensor as float32: each element rounded once, true as 1, false as 0. */
export function toFloat32(tensor: StoredTensor): FloatTensor {
  const elements = elementsOf(tensor);
  const data = elements instanceof Float32Array ? elements : Float32Array.from(elements as ArrayLike<number>, Number);
  return hostTensor(data, tensor.shape);
}

/**
 * A stored tensor in the engines' types: floating point as float32, integers as int32, booleans as bool.
 * @throws UnsupportedError naming `name` if an integer does not fit 32 bits.
 */
export function toHostTensor(tensor: StoredTensor, name: string): HostTensor {
  const { dtype, shape } = tensor;
  if (dtype.includes('F')) return toFloat32(tensor);
  const elements = elementsOf(tensor);
  if (dtype === 'BOOL') return { data: Uint8Array.from(elements as ArrayLike<number>), shape, dtype: 'bool' };
  const data = new Int32Array(elements.length);
  for (let i = 0; i < data.length; i++) {
    const value = Number(elements[i]);
    data[i] = value;
    if (data[i] !== value)
      throw new UnsupportedError(
        `Tensor "${name}": element ${i} is ${elements[i]}, which does not fit a 32-bit integer.`,
      );
  }
  return { data, shape, dtype: 'int32' };
}
