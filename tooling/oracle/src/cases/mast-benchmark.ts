import { type Frame, type HostTensor, hostTensor, type Mask } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import type * as tf from '@vosvfi/runtime/tf';
import { toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { colorize, createMastVideoSegmenter, type MastNetwork, referenceFrames } from '@vosvfi/vos/mast';
import type { OracleContext } from '../case.js';
import { runFunction } from './run-function.js';

/** What the official code can tell apart: the background and six objects. */
const classes = 7;
const frameCount = 5;

/** Frame `index` of the stored [N, 3, H, W] as [1, H, W, 3]. */
function labFrame({ tensors }: OracleContext, index: number): HostTensor {
  const { data, shape } = tensors.get('in.lab') as HostTensor;
  const size = data.length / (shape[0] as number);
  const part = Float32Array.from(data.subarray(index * size, (index + 1) * size));
  return toChannelsLast({ data: part, shape: [1, ...shape.slice(1)], dtype: 'float32' });
}

/** sRGB of a normalized L, a, b: the inverse of what the segmenter computes, without a limit. */
function rgbOf([l, a, b]: readonly [number, number, number]): number[] {
  const fy = (50 * l + 66) / 116;
  const inverse = (t: number): number => (t ** 3 > 0.008856 ? t ** 3 : (t - 16 / 116) / 7.787);
  const x = inverse(fy + (127 * a) / 500) * 0.950456;
  const y = inverse(fy);
  const z = inverse(fy - (127 * b) / 200) * 1.088754;
  return invert(toXyz, [x, y, z]).map((c) => (c > 0.04045 / 12.92 ? 1.055 * c ** (1 / 2.4) - 0.055 : 12.92 * c));
}

const toXyz = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
] as const;

type Row = readonly [number, number, number];

/** Solves `rows` x = right by Cramer's rule. */
function invert(rows: readonly [Row, Row, Row], right: Row): number[] {
  const determinant = ([[a, b, c], [d, e, f], [g, h, i]]: readonly [Row, Row, Row]): number =>
    a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const whole = determinant(rows);
  return [0, 1, 2].map((column) => {
    const replaced = rows.map((row, r) => row.map((value, k) => (k === column ? right[r] : value)));
    return determinant(replaced as unknown as readonly [Row, Row, Row]) / whole;
  });
}

function rgbFrame(context: OracleContext, index: number): Frame {
  const { data, shape } = labFrame(context, index);
  const [, height, width] = shape as [number, number, number];
  const pixels = Array.from({ length: data.length / 3 }, (_, pixel) => [...data.subarray(pixel * 3, pixel * 3 + 3)]);
  return { data: Float32Array.from(pixels.flatMap((lab) => rgbOf(lab as [number, number, number]))), width, height };
}

function firstMask({ tensors }: OracleContext): Mask {
  const { data, shape } = tensors.get('in.annotations') as HostTensor;
  const [height, width] = shape.slice(-2) as [number, number];
  return { data: Uint8Array.from(data.subarray(0, width * height)), width, height };
}

/** The evaluation's loop, by the segmenter that users have. */
async function segmentVideo(context: OracleContext, network: MastNetwork): Promise<Mask[]> {
  const segmenter = createMastVideoSegmenter(network, context.weights, { offsets: 'last', engine: context.engine });
  try {
    const video = segmenter.start();
    const masks: Mask[] = [];
    for (let index = 0; index < frameCount; index++) {
      const given = index === 0 ? { masks: firstMask(context) } : undefined;
      masks.push((await video.step(rgbFrame(context, index), given)).mask);
    }
    return masks;
  } finally {
    await segmenter.dispose();
  }
}

/** Every label a channel, [1, H / 4, W / 4, 7]. */
function planesOf({ data, width, height }: Mask): HostTensor {
  const [rows, columns] = [Math.ceil(height / 4), Math.ceil(width / 4)];
  const planes = Float32Array.from({ length: rows * columns * classes }, (_, i) => {
    const place = Math.floor(i / classes);
    return data[Math.floor(place / columns) * 4 * width + (place % columns) * 4] === i % classes ? 1 : 0;
  });
  return hostTensor(planes, [1, rows, columns, classes]);
}

/** What the loop's last step copies, before anything is divided by sums, at the frame's size. */
async function lastSoft(context: OracleContext, network: MastNetwork, masks: readonly Mask[]): Promise<HostTensor> {
  const last = frameCount - 1;
  const references = referenceFrames('all', last);
  const inputs = Object.fromEntries([
    ['query', labFrame(context, last)],
    ...references.flatMap((index) => [
      [`frame${index}`, labFrame(context, index)],
      [`values${index}`, planesOf(masks[index] as Mask)],
    ]),
  ]) as Record<string, HostTensor>;
  const { soft } = await runFunction(
    context,
    (given, weights) => {
      const encode = (name: string) => network.encode(weights, given[name] as tf.Tensor4D);
      const known = references.map((index) => ({
        features: encode(`frame${index}`),
        values: given[`values${index}`] as tf.Tensor4D,
        age: last - index,
      }));
      const [, height, width] = (given.query as tf.Tensor4D).shape;
      return { soft: resizeBilinear(colorize(encode('query'), known).values, [height, width]) };
    },
    inputs,
  );
  return toChannelsFirst(soft as HostTensor);
}

/** The official evaluation's loop over the stored frames. */
export async function runBenchmark(context: OracleContext, network: MastNetwork): Promise<Map<string, HostTensor>> {
  const masks = await segmentVideo(context, network);
  const { width, height } = masks[0] as Mask;
  const labels: HostTensor = {
    data: Int32Array.from(masks.flatMap(({ data }) => [...data])),
    shape: [frameCount, 1, height, width],
    dtype: 'int32',
  };
  return new Map([
    ['benchmark.labels', labels],
    ['benchmark.last_soft', await lastSoft(context, network, masks)],
  ]);
}
