import * as tf from '@tensorflow/tfjs';
import { covered, uncovered, withResultOf } from './covered-window.js';
import { repaired } from './repair-kernel.js';

type Pair = [number, number];

interface PoolAttrs {
  readonly filterSize: number | Pair;
  readonly strides: number | Pair;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

const withoutPadding = { pad: 'valid', dimRoundingMode: undefined } as const;

function infoOf({ filterSize, strides, pad, dimRoundingMode }: PoolAttrs, image: tf.Tensor4D['shape']) {
  return tf.backend_util.computePool2DInfo(image, filterSize, strides, 1, pad, dimRoundingMode);
}

type Info = ReturnType<typeof infoOf>;

function isNative({ padInfo }: Info): boolean {
  return padInfo.type === 'VALID' || padInfo.type === 'SAME';
}

/** How much of each window lies within the image, as an image of one sample and one channel. */
function shares(info: Info, average: (ones: tf.Tensor4D) => tf.Tensor): tf.Tensor {
  return average(covered(tf.ones([1, info.inHeight, info.inWidth, 1]), info));
}

/** Pooling of back-end `tensorflow`: libtensorflow does no padding that it cannot derive itself. */
export const tensorflowPools = [
  repaired<{ x: tf.Tensor4D }, PoolAttrs>('MaxPool', ({ x }, attrs, own) => {
    const info = infoOf(attrs, x.shape);
    if (isNative(info)) return own({ x }, attrs);
    return own({ x: covered(x, info, Number.NEGATIVE_INFINITY) }, { ...attrs, ...withoutPadding });
  }),
  repaired<{ dy: tf.Tensor4D; input: tf.Tensor4D; output: tf.Tensor4D }, PoolAttrs>(
    'MaxPoolGrad',
    ({ dy, input, output }, attrs, own) => {
      const info = withResultOf(dy, infoOf(attrs, input.shape));
      if (isNative(info)) return own({ dy, input, output }, attrs);
      const padded = covered(input, info, Number.NEGATIVE_INFINITY);
      const gradient = own({ dy, input: padded, output }, { ...attrs, ...withoutPadding });
      return uncovered(gradient as tf.Tensor4D, info);
    },
  ),
  repaired<{ x: tf.Tensor4D }, PoolAttrs>('AvgPool', ({ x }, attrs, own) => {
    const info = infoOf(attrs, x.shape);
    if (isNative(info)) return own({ x }, attrs);
    // Padding counts in no average.
    const average = (image: tf.Tensor4D) => own({ x: image }, { ...attrs, ...withoutPadding });
    return tf.div(average(covered(x, info)), shares(info, average));
  }),
  repaired<{ dy: tf.Tensor4D; input: tf.Tensor4D }, PoolAttrs>('AvgPoolGrad', ({ dy, input }, attrs, own) => {
    const info = withResultOf(dy, infoOf(attrs, input.shape));
    if (isNative(info)) return own({ dy, input }, attrs);
    const { filterSize, strides } = attrs;
    const share = shares(info, (image) => tf.avgPool(image, filterSize, strides, 'valid'));
    const padded = covered(input, info);
    const gradient = own({ dy: tf.div(dy, share), input: padded }, { ...attrs, ...withoutPadding });
    return uncovered(gradient as tf.Tensor4D, info);
  }),
];
