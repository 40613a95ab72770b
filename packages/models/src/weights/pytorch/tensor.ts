import { sizeOf } from '@vosvfi/core';
import { bytesPerElement, type StoredDType, type StoredTensor } from '@vosvfi/core/safetensors';
import { PickleError, PickleNode } from '../pickle/values.js';

/** A run of elements in a checkpoint file; several tensors may show parts of one. */
export class Storage extends PickleNode {
  readonly key: string;
  readonly dtype: StoredDType;
  /** Number of elements. */
  readonly length: number;
  constructor(key: string, dtype: StoredDType, length: number) {
    super();
    this.key = key;
    this.dtype = dtype;
    this.length = length;
  }
}

/** A view of a {@link Storage}, as `torch.load` would give it; its elements are read on demand. */
export class CheckpointTensor extends PickleNode {
  readonly storage: Storage;
  /** First element, counted in elements of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Steps in elements for each axis. */
  readonly strides: readonly number[];
  readonly requiresGrad: boolean;
  /** True for a `torch.nn.Parameter`. */
  readonly isParameter: boolean;

  /** @throws PickleError if an element would lie outside the storage. */
  constructor(
    fields: Pick<CheckpointTensor, 'storage' | 'offset' | 'shape' | 'strides' | 'requiresGrad' | 'isParameter'>,
  ) {
    super();
    this.storage = fields.storage;
    this.offset = fields.offset;
    this.shape = fields.shape;
    this.strides = fields.strides;
    this.requiresGrad = fields.requiresGrad;
    this.isParameter = fields.isParameter;
    const { begin, end } = this.range();
    if (begin > end || end > this.storage.length || !Number.isSafeInteger(this.length)) {
      throw new PickleError(
        `has a tensor of shape [${this.shape}] and strides [${this.strides}] from element ${this.offset} of a storage of ${this.storage.length}`,
      );
    }
  }

  /** Number of elements. */
  get length(): number {
    return sizeOf(this.shape);
  }

  /** Elements of the storage that the tensor spans: [begin, end). */
  range(): { readonly begin: number; readonly end: number } {
    if (this.shape.includes(0)) return { begin: 0, end: 0 };
    const last = this.shape.reduce(
      (position, extent, axis) => position + (extent - 1) * this.strides[axis]!,
      this.offset,
    );
    return { begin: this.offset, end: last + 1 };
  }
}

function isContiguous({ shape, strides }: CheckpointTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

const wordsOf = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/**
 * The elements of `tensor` in C order.
 * @param bytes of the elements that {@link CheckpointTensor.range} names, at offset 0 of a buffer of their own.
 */
export function gather(tensor: CheckpointTensor, bytes: Uint8Array): StoredTensor {
  const { shape, strides, storage } = tensor;
  if (isContiguous(tensor) || shape.includes(0)) return { dtype: storage.dtype, shape, bytes };
  const Words = wordsOf[bytesPerElement(storage.dtype)];
  const source = new Words(bytes.buffer as ArrayBuffer);
  const target = new Words(tensor.length);
  const index = new Array<number>(shape.length).fill(0);
  let position = 0;
  for (let i = 0; i < target.length; i++) {
    target[i] = source[position]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { dtype: storage.dtype, shape, bytes: new Uint8Array(target.buffer) };
}
