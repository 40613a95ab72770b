import { readFileSync } from 'node:fs';
import { type HostTensor, hash32, sizeOf } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** Float32 tensors of a safetensors file, as stored. */
export function readTensors(file: string | URL): Map<string, HostTensor> {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, HostTensor>();
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [begin, end],
    },
  ] of Object.entries(header)) {
    if (dtype !== 'F32') continue;
    const data = new Float32Array(new Uint8Array(bytes.subarray(8 + length + begin, 8 + length + end)).buffer);
    tensors.set(name, { data, shape, dtype: 'float32' });
  }
  return tensors;
}

/** What regenerates a tensor of test weights. */
export interface WeightRule {
  readonly key: string;
  readonly shape: readonly number[];
  readonly center: number;
  readonly amplitude: number;
}

/** Test weights: xorshift32 seeded by the hash of the key, spread over center +- amplitude. */
export function generateWeight({ key, shape, center, amplitude }: WeightRule): HostTensor {
  let state = hash32(key) || 1;
  const data = Float32Array.from({ length: sizeOf(shape) }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return center + amplitude * (2 * (state / 4294967296) - 1);
  });
  return { data, shape, dtype: 'float32' };
}

/** NCHW in memory to an NHWC tensor. */
export function toNhwc({ data, shape }: HostTensor): tf.Tensor4D {
  return tf.tidy(() =>
    tf.transpose(tf.tensor4d(data as Float32Array, shape as [number, number, number, number]), [0, 2, 3, 1]),
  );
}

/** An NHWC tensor to NCHW in memory. */
export function toNchw(x: tf.Tensor): HostTensor {
  const moved = tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]));
  return { data: moved.dataSync() as Float32Array, shape: moved.shape, dtype: 'float32' };
}

/** Relative L2 distance, `actual` cut to the corner that `expected` stores. */
export function relativeError(actual: HostTensor, expected: HostTensor): number {
  const strides = actual.shape.map((_, axis) => sizeOf(actual.shape.slice(axis + 1)));
  let difference = 0;
  let norm = 0;
  expected.data.forEach((value, flat) => {
    let rest = flat;
    let place = 0;
    for (let axis = expected.shape.length - 1; axis >= 0; axis--) {
      place += (rest % expected.shape[axis]!) * (strides[axis] ?? 0);
      rest = Math.floor(rest / expected.shape[axis]!);
    }
    difference += (actual.data[place]! - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}
