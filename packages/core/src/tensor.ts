/** Element types that cross an engine's border. `bool` is stored as one byte (0 or 1) per element. */
export type DType = 'float32' | 'int32' | 'bool';

/** The typed array that holds a {@link HostTensor}'s elements. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** A tensor in plain memory: C-order elements, its shape and type. No engine owns it, nothing has to be disposed. */
export interface HostTensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A {@link HostTensor} that is known to hold float32. */
export interface FloatTensor extends HostTensor {
  readonly data: Float32Array;
  readonly dtype: 'float32';
}

/** Ordered weights of a network: state-dict key to tensor, in the memory layout of the official PyTorch checkpoint. */
export type WeightMap = ReadonlyMap<string, HostTensor>;

/** Number of elements of a shape (1 for a scalar's empty shape). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A {@link FloatTensor} over `data` (not copied). */
export function hostTensor(data: Float32Array, shape: readonly number[]): FloatTensor {
  return { data, shape, dtype: 'float32' };
}
