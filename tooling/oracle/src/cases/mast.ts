import { type HostTensor, hostTensor } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { toChannelsLast } from '@vosvfi/testing';
import {
  type Colorized,
  type ColorizerOptions,
  colorize,
  createMast,
  encodeBackbone,
  mastConfig,
  reconstructionLoss,
  searchDilation,
  subsample,
} from '@vosvfi/vos/mast';
import type { OracleCase, OracleContext } from '../case.js';
import { runBenchmark } from './mast-benchmark.js';
import { type MastPass, type Named, runPasses } from './mast-passes.js';
import { storedInput } from './run-function.js';

const network = createMast();
/** What the official code can tell apart: the background and six objects. */
const classes = 7;

/** Plane `index` of the stored [N, C, H, W] as [1, H, W, C]. */
function planeOf({ tensors }: OracleContext, name: string, index: number): HostTensor {
  const { data, shape } = tensors.get(name) as HostTensor;
  const size = data.length / (shape[0] as number);
  const part = Float32Array.from(data.subarray(index * size, (index + 1) * size));
  return toChannelsLast({ data: part, shape: [1, ...shape.slice(1)], dtype: 'float32' });
}

/** Labels of a stored frame, one channel each, [1, H, W, 7]. */
function oneHot(context: OracleContext, index: number): HostTensor {
  const { data, shape } = planeOf(context, 'in.annotations', index);
  const planes = Float32Array.from({ length: data.length * classes }, (_, i) =>
    data[Math.floor(i / classes)] === i % classes ? 1 : 0,
  );
  return hostTensor(planes, [...shape.slice(0, 3), classes]);
}

/** Some frames of the stored sequence: which are references, and which is segmented. */
interface Clip {
  readonly references: readonly number[];
  readonly ages: readonly number[];
  readonly query: number;
}

const short: Clip = { references: [0, 1, 2], ages: [3, 2, 1], query: 3 };
const long: Clip = { references: [0, 1, 2, 3], ages: [40, 20, 4, 2], query: 4 };
const training: Clip = { references: [0, 1], ages: [4, 2], query: 2 };

function framesOf(context: OracleContext, { references, query }: Clip): Record<string, HostTensor> {
  const named = [...references.map((index, place) => [`frame${place}`, index] as const), ['query', query] as const];
  return Object.fromEntries(named.map(([name, index]) => [name, planeOf(context, 'in.lab', index)]));
}

function labelsOf(context: OracleContext, { references }: Clip): Record<string, HostTensor> {
  return Object.fromEntries(references.map((index, place) => [`values${place}`, oneHot(context, index)]));
}

/** Colours a and b of the frames, which the training fixture reconstructs. */
function coloursOf(context: OracleContext, clip: Clip): Record<string, HostTensor> {
  const ab = ({ data, shape }: HostTensor): HostTensor =>
    hostTensor(
      Float32Array.from(
        { length: (data.length / 3) * 2 },
        (_, i) => data[Math.floor(i / 2) * 3 + 1 + (i % 2)] as number,
      ),
      [...shape.slice(0, 3), 2],
    );
  const values = clip.references.map(
    (index, place) => [`values${place}`, ab(planeOf(context, 'in.lab', index))] as const,
  );
  return { ...Object.fromEntries(values), target: ab(planeOf(context, 'in.lab', clip.query)) };
}

function run({ ages }: Clip, inputs: Named, weights: TensorWeights, options: ColorizerOptions): Colorized {
  const encode = (name: string) => network.encode(weights, inputs[name] as tf.Tensor4D);
  const references = ages.map((age, place) => ({
    features: encode(`frame${place}`),
    values: subsample(inputs[`values${place}`] as tf.Tensor4D),
    age,
  }));
  return colorize(encode('query'), references, options);
}

function enlarge(values: tf.Tensor4D, like: tf.Tensor): tf.Tensor4D {
  return resizeBilinear(values, [like.shape[1] as number, like.shape[2] as number]);
}

function meanSquare(values: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.mean(tf.squaredDifference(values, target));
}

/** Stored as [1, h, w, 2]; the tool moves rank 4 to channels first. */
function asStored(offset: tf.Tensor4D): tf.Tensor {
  return tf.transpose(offset, [0, 2, 3, 1]);
}

function differentiated({ references }: Clip): Record<string, string> {
  return { ...Object.fromEntries(references.map((_, place) => [`frame${place}`, `ref${place}`])), query: 'query' };
}

function shortPass(context: OracleContext): MastPass {
  return {
    name: 'short',
    inputs: { ...framesOf(context, short), ...labelsOf(context, short), target: storedInput(context, 'in.target') },
    differentiated: differentiated(short),
    values: (inputs, weights) => {
      const { values } = run(short, inputs, weights, {});
      const query = inputs.query as tf.Tensor4D;
      return {
        'mid.backbone_frame0': encodeBackbone(mastConfig, weights, inputs.frame0 as tf.Tensor4D),
        'mid.feature_frame0': network.encode(weights, inputs.frame0 as tf.Tensor4D),
        'short.out': values,
        'short.argmax_full': tf.argMax(enlarge(values, query), 3),
        'short.loss': meanSquare(values, inputs.target as tf.Tensor),
        'short.pairs': pairsOf(inputs, weights),
      };
    },
    loss: (inputs, weights) => meanSquare(run(short, inputs, weights, {}).values, inputs.target as tf.Tensor),
  };
}

function longPass(context: OracleContext): MastPass {
  // The stored values have the official code's mistake.
  const options = { offsets: 'last' } as const;
  return {
    name: 'long',
    inputs: { ...framesOf(context, long), ...labelsOf(context, long), target: storedInput(context, 'in.target') },
    differentiated: differentiated(long),
    values: (inputs, weights) => {
      const { values, offsets } = run(long, inputs, weights, options);
      return {
        'long.out': values,
        ...Object.fromEntries(offsets.map((offset, index) => [`long.offset_ref${index}`, asStored(offset)])),
        'long.argmax_full': tf.argMax(enlarge(values, inputs.query as tf.Tensor), 3),
        'long.loss': meanSquare(values, inputs.target as tf.Tensor),
        'long.pairs': pairsOf(inputs, weights),
        'long_align_false.out': run(long, inputs, weights, { ...options, alignCorners: false }).values,
      };
    },
    loss: (inputs, weights) => meanSquare(run(long, inputs, weights, options).values, inputs.target as tf.Tensor),
  };
}

function trainingPass(context: OracleContext): MastPass {
  const reconstruct = (inputs: Named, weights: TensorWeights) =>
    enlarge(run(training, inputs, weights, { radius: 6 }).values, inputs.query as tf.Tensor);
  return {
    name: 'train_R6',
    inputs: { ...framesOf(context, training), ...coloursOf(context, training) },
    differentiated: differentiated(training),
    values: (inputs, weights) => {
      const full = reconstruct(inputs, weights);
      return { 'train_R6.out_full': full, 'train_R6.loss': reconstructionLoss(full, inputs.target as tf.Tensor) };
    },
    loss: (inputs, weights) => reconstructionLoss(reconstruct(inputs, weights), inputs.target as tf.Tensor),
  };
}

/** Scalar products of all places of the query with all of the first reference, [1, h w, h w]. */
function pairsOf(inputs: Named, weights: TensorWeights): tf.Tensor {
  const [query, reference] = ['query', 'frame0'].map((name) => {
    const features = network.encode(weights, inputs[name] as tf.Tensor4D);
    return tf.reshape(features, [1, -1, features.shape[3]]);
  }) as [tf.Tensor, tf.Tensor];
  return tf.matMul(query, reference, false, true);
}

/** Pairs as the stored [1, 25, 25, h, w]: what each place of the query has with each of its window; 0 outside. */
function correlationOf({ data }: HostTensor, [height, width]: readonly [number, number], dilation: number): HostTensor {
  const [radius, samples, places] = [12, 25, height * width];
  const correlation = new Float32Array(samples * samples * places);
  for (let index = 0; index < correlation.length; index++) {
    const [shift, place] = [Math.floor(index / places), index % places];
    const y = Math.floor(place / width) + (Math.floor(shift / samples) - radius) * dilation;
    const x = (place % width) + ((shift % samples) - radius) * dilation;
    if (y < 0 || y >= height || x < 0 || x >= width) continue;
    correlation[index] = data[place * places + y * width + x] as number;
  }
  return hostTensor(correlation, [1, samples, samples, height, width]);
}

function correlations(tensors: ReadonlyMap<string, HostTensor>): [string, HostTensor][] {
  const [, , height, width] = (tensors.get('short.out') as HostTensor).shape as [number, number, number, number];
  const of = (name: string, dilation: number) =>
    correlationOf(tensors.get(name) as HostTensor, [height, width], dilation);
  return [
    ['short.correlation_ref0', of('short.pairs', 1)],
    ['long.coarse_correlation_ref0', of('long.pairs', searchDilation(long.ages[0] as number))],
  ];
}

/** MAST: encoder, copying from near and from searched references, the benchmark's loop, and the training pass. */
export const oracleCase: OracleCase = {
  ids: ['mast'],
  run: async (context) => {
    const result = await runPasses(context, [shortPass(context), longPass(context), trainingPass(context)]);
    const others = [...correlations(result.tensors), ...(await runBenchmark(context, network))];
    const stored = [...result.tensors, ...others].filter(([name]) => context.tensors.has(name));
    return { ...result, tensors: new Map(stored) };
  },
};
