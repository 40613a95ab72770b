import { sizeOf } from '@vosvfi/core';
import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../../graph/permutation.js';
import { splat } from '../../graph/splat-constant.js';
import * as tf from '../../tf.js';
import { windowCounts } from '../../window-counts.js';
import { type KernelCall, lowering } from '../lowering.js';
import { withOutputOf, withReachingPadding } from '../reaching-padding.js';
import { outputPadding, spatialAttributes } from './convolution.js';

type Info = tf.backend_util.Conv2DInfo;

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolInfo(shape: number[], attrs: PoolAttrs): Info {
  return withReachingPadding(
    tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    ),
  );
}

function poolAttributes(info: Info) {
  return { ...spatialAttributes(info), kernel_shape: [info.filterHeight, info.filterWidth] };
}

/** Maxima and their flat NCHW positions. */
function maxPool(call: KernelCall, x: tf.TensorInfo, info: Info): [maxima: string, positions: string] {
  const image = call.transpose(call.name(x), TO_CHANNELS_FIRST);
  return call.graph.nodes('MaxPool', [image], 2, poolAttributes(info)) as [string, string];
}

/** 2-D pooling and its gradients. */
export const poolingKernels = [
  lowering<{ x: tf.TensorInfo }, PoolAttrs>('MaxPool', (call, { x }, attrs) => {
    const [maxima] = maxPool(call, x, poolInfo(x.shape, attrs));
    return call.result(call.transpose(maxima, TO_CHANNELS_LAST));
  }),
  lowering<{ dy: tf.TensorInfo; input: tf.TensorInfo }, PoolAttrs>('MaxPoolGrad', (call, { dy, input }, attrs) => {
    const { graph } = call;
    const info = withOutputOf(poolInfo(input.shape, attrs), dy.shape);
    const [, positions] = maxPool(call, input, info);
    const slope = call.transpose(call.name(dy), TO_CHANNELS_FIRST);
    const size = sizeOf(input.shape);
    const sums = graph.node(
      'ScatterElements',
      [
        splat(graph, 0, 'float32', [size]),
        call.reshape(positions, [sizeOf(dy.shape)]),
        call.reshape(slope, [sizeOf(dy.shape)]),
      ],
      { axis: 0, reduction: 'add' },
    );
    const image = call.reshape(sums, [info.batchSize, info.inChannels, info.inHeight, info.inWidth]);
    return call.result(call.transpose(image, TO_CHANNELS_LAST));
  }),
  lowering<{ x: tf.TensorInfo }, PoolAttrs>('AvgPool', (call, { x }, attrs) => {
    const image = call.transpose(call.name(x), TO_CHANNELS_FIRST);
    const means = call.graph.node('AveragePool', [image], {
      ...poolAttributes(poolInfo(x.shape, attrs)),
      count_include_pad: 0,
    });
    return call.result(call.transpose(means, TO_CHANNELS_LAST));
  }),
  // tfjs's own kernel divides by the whole window even where padding was left out of the mean; this one does not.
  lowering<{ dy: tf.TensorInfo; input: tf.TensorInfo }, PoolAttrs>('AvgPoolGrad', (call, { dy, input }, attrs) => {
    const { graph } = call;
    const info = withOutputOf(poolInfo(input.shape, attrs), dy.shape);
    const slope = call.transpose(call.name(dy), TO_CHANNELS_FIRST);
    const counts = graph.float32(windowCounts(info), [1, 1, info.outHeight, info.outWidth]);
    const ones = graph.float32(new Float32Array(info.inChannels * info.filterHeight * info.filterWidth).fill(1), [
      info.inChannels,
      1,
      info.filterHeight,
      info.filterWidth,
    ]);
    const spread = graph.node('ConvTranspose', [graph.node('Div', [slope, counts]), ones], {
      ...spatialAttributes(info),
      output_padding: outputPadding(info),
      group: info.inChannels,
    });
    return call.result(call.transpose(spread, TO_CHANNELS_LAST));
  }),
];
