import { type HostTensor, hostTensor } from '@vosvfi/core';
import { centredMargins } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { oracleTensor, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { readMemory } from '@vosvfi/vos';
import { type StcnNetwork, stcnMultiple } from '@vosvfi/vos/stcn';
import type { OracleContext } from '../case.js';
import { runFunction, toStored } from './run-function.js';

type Outputs = Record<string, tf.Tensor>;

/** The stored tensor `name`. */
export function stored({ tensors, dir }: OracleContext, name: string): HostTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`${dir} stores no tensor "${name}".`);
  return tensor;
}

/** Frame `index` of the normalized sequence, [1, H, W, 3]. */
export function sequenceFrame(context: OracleContext, index: number): HostTensor {
  const { data, shape } = stored(context, 'in.rgb');
  const [, , channels, height, width] = shape as [number, number, number, number, number];
  const size = channels * height * width;
  const frame = data.subarray(index * size, (index + 1) * size);
  return toChannelsLast({ data: frame, shape: [1, channels, height, width], dtype: 'float32' });
}

/** Stored planes [K, 1, H, W] (or any other order of K planes) as float masks [1, H, W, K]. */
export function stackMasks(planes: readonly HostTensor[]): HostTensor {
  const [height, width] = planes[0]!.shape.slice(-2) as [number, number];
  const size = height * width;
  const flat = planes.flatMap(({ data }) =>
    Array.from({ length: data.length / size }, (_, index) => data.subarray(index * size, (index + 1) * size)),
  );
  const masks = new Float32Array(flat.length * size);
  flat.forEach((plane, k) => {
    plane.forEach((value, pixel) => {
      masks[pixel * flat.length + k] = value;
    });
  });
  return hostTensor(masks, [1, height, width, flat.length]);
}

/** Encoders and decoder. */
export async function runParts(context: OracleContext, network: StcnNetwork): Promise<Map<string, HostTensor>> {
  const feature = (name: string, shape: number[], center: number, amplitude: number): HostTensor =>
    toChannelsLast(oracleTensor(`fixture.decoder.${name}`, shape, center, amplitude));
  const inputs = {
    image: sequenceFrame(context, 1),
    masks: stackMasks([stored(context, 'in.masks')]),
    f16: feature('f16', [1, 1024, 4, 6], 0, 1.5),
    f8: feature('f8', [1, 512, 8, 12], 0.4, 0.8),
    f4: feature('f4', [1, 256, 16, 24], 0.4, 0.8),
  };
  const outputs = await runFunction(
    context,
    (given, weights): Outputs => {
      const [image, masks, f16, f8, f4] = ['image', 'masks', 'f16', 'f8', 'f4'].map((name) => given[name]) as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ];
      const key = network.encodeKey(weights, image);
      const [first] = tf.split(masks, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
      const [reading, f16Thin] = tf.split(f16, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
      return {
        'key.k16': key.k16,
        'key.f16_thin': key.f16Thin,
        'key.f16': key.f16,
        'key.f8': key.f8,
        'key.f4': key.f4,
        'value.one_object': network.encodeValue(weights, image, key.f16, first),
        'value.two_objects': network.encodeValue(weights, image, key.f16, masks),
        'decoder.logits': network.decode(weights, reading, { f16Thin, f8, f4 }),
      };
    },
    inputs,
  );
  const [height, width] = stored(context, 'in.rgb').shape.slice(-2) as [number, number];
  const { left, right, top, bottom } = centredMargins(height, width, stcnMultiple);
  return new Map([
    ...[...toStored(outputs)].map(
      ([name, tensor]) => [name, name.startsWith('value.') ? withTime(tensor) : tensor] as const,
    ),
    ['pad_array', { data: Int32Array.of(left, right, top, bottom), shape: [4], dtype: 'int32' }],
  ]);
}

/** [K, C, h, w] to [K, C, 1, h, w]. */
function withTime({ data, shape, dtype }: HostTensor): HostTensor {
  const [objects, channels, ...size] = shape as [number, number, number, number];
  return { data, dtype, shape: [objects, channels, 1, ...size] };
}

/** Stored [1, C, T, h, w] (or [1, C, h, w]) to [1, T h w, C]. */
function toCells(tensor: HostTensor): HostTensor {
  const channels = tensor.shape[1]!;
  const cells = tensor.data.length / channels;
  const flat = toChannelsLast({ ...tensor, shape: [1, channels, 1, cells] });
  return { ...flat, shape: [1, cells, channels] };
}

/** The reverse of {@link toCells}, to the shape of `like`. */
function fromCells(tensor: HostTensor, like: HostTensor): HostTensor {
  const [, cells, channels] = tensor.shape as [number, number, number];
  return { ...toChannelsFirst({ ...tensor, shape: [1, 1, cells, channels] }), shape: like.shape };
}

/** Shares [1, Q, k] of cells as the stored affinity [1, N, Q]. */
export function denseAffinity(shares: HostTensor, cells: HostTensor | undefined, count: number): HostTensor {
  const [, queries, k] = shares.shape as [number, number, number];
  const affinity = new Float32Array(count * queries);
  for (let query = 0; query < queries; query++) {
    for (let i = 0; i < k; i++) {
      const cell = cells === undefined ? i : cells.data[query * k + i]!;
      affinity[cell * queries + query] = shares.data[query * k + i]!;
    }
  }
  return hostTensor(affinity, [1, count, queries]);
}

/** Reading of memory alone, with all cells and with top-k, and its gradients. */
export async function runMemory(context: OracleContext): Promise<Map<string, HostTensor>> {
  const names = ['mk', 'qk', 'mv', 'target'] as const;
  const given = names.map((name) => [name, stored(context, `mem.in.${name}`)] as const);
  const inputs = Object.fromEntries(given.map(([name, tensor]) => [name, toCells(tensor)]));
  const result = new Map<string, HostTensor>();
  for (const [label, topK, gradient] of [
    ['mem.full', null, 'mem.full.grad'],
    ['mem.top20', 20, 'mem.top20.emulated.grad'],
    ['mem.top5', 5, 'mem.top5.emulated.grad'],
  ] as const) {
    const outputs = await runFunction(context, (tensors) => readAndDifferentiate(tensors, topK), inputs);
    result.set(`${label}.affinity`, denseAffinity(outputs.shares!, outputs.cells, inputs.mk!.shape[1]!));
    result.set(`${label}.readout`, fromCells(outputs.values!, stored(context, 'mem.in.target')));
    for (const [name, like] of given.slice(0, 3))
      result.set(`${gradient}.${name}`, fromCells(outputs[`grad ${name}`]!, like));
    if (topK === null) result.set(`${label}.loss`, outputs.loss!);
  }
  return result;
}

function readAndDifferentiate(inputs: Readonly<Record<string, tf.Tensor>>, topK: number | null): Outputs {
  const { mk, qk, mv, target } = inputs as Record<'mk' | 'qk' | 'mv' | 'target', tf.Tensor3D>;
  const read = (keys: tf.Tensor, queries: tf.Tensor, values: tf.Tensor) =>
    readMemory({ keys: keys as tf.Tensor3D, values: values as tf.Tensor3D }, queries as tf.Tensor3D, { topK });
  const { values, shares, cells } = read(mk, qk, mv);
  const { value, grads } = tf.valueAndGrads((keys: tf.Tensor, queries: tf.Tensor, remembered: tf.Tensor) =>
    tf.mean(tf.square(tf.sub(read(keys, queries, remembered).values, target))),
  )([mk, qk, mv]);
  const [gradKeys, gradQueries, gradValues] = grads as [tf.Tensor, tf.Tensor, tf.Tensor];
  const gradients = { 'grad mk': gradKeys, 'grad qk': gradQueries, 'grad mv': gradValues };
  const named = { values, shares, loss: value, ...gradients };
  return cells === null ? named : { ...named, cells };
}
