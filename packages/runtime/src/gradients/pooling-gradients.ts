import * as tf from '@tensorflow/tfjs';
import { GRAPH_BACKEND } from '../trace/graph-backend-name.js';
import { withOutputOf } from '../trace/reaching-padding.js';
import { windowCounts } from '../window-counts.js';
import { defineGradient } from './define-gradient.js';
import { explicitPadding, type Padding, reachingPadding } from './windows.js';

type Info = tf.backend_util.Conv2DInfo;

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const infoOf = (shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Info =>
  tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

defineGradient<PoolAttrs>('MaxPool', {
  inputs: ['x'],
  outputs: [true],
  gradient: (dy, saved, attributes) => {
    const [input, output] = saved as [tf.Tensor4D, tf.Tensor4D];
    const slope = dy as tf.Tensor4D;
    const { filterSize, strides } = attributes;
    const pad = reachingPadding(attributes.pad, infoOf(input.shape, attributes), slope.shape);
    return {
      x: () => tf.engine().runKernel('MaxPoolGrad', { dy: slope, input, output }, { filterSize, strides, pad }),
    };
  },
});

/** tfjs's own divides by the whole window, although its means leave padding out. */
defineGradient<PoolAttrs>('AvgPool', {
  inputs: ['x'],
  gradient: (dy, saved, attributes) => {
    const [x] = saved as [tf.Tensor4D];
    const slope = dy as tf.Tensor4D;
    const info = withOutputOf(infoOf(x.shape, attributes), slope.shape);
    return { x: () => averageGradient(slope, x, info, attributes) };
  },
});

function averageGradient(dy: tf.Tensor4D, input: tf.Tensor4D, info: Info, attributes: PoolAttrs): tf.Tensor {
  const { filterSize, strides, pad } = attributes;
  const margins = explicitPadding(info);
  const byKernel = (slope: tf.Tensor, image: tf.Tensor, padding: Padding) =>
    tf
      .engine()
      .runKernel('AvgPoolGrad', { dy: slope, input: image }, { filterSize, strides, pad: padding }) as tf.Tensor;
  if (tf.getBackend() === GRAPH_BACKEND || margins.flat().every((margin) => margin === 0)) {
    return byKernel(dy, input, reachingPadding(pad, info, dy.shape));
  }
  // Whole windows over a padded picture, each weighed by how much of it is picture.
  const window = info.filterHeight * info.filterWidth;
  const weights = windowCounts(info).map((count) => window / count);
  const weighed = tf.mul(dy, tf.tensor(weights, [1, info.outHeight, info.outWidth, 1]));
  const padded = tf.pad(input, margins);
  return tf.slice(byKernel(weighed, padded, 'valid'), [0, info.padInfo.top, info.padInfo.left, 0], input.shape);
}
