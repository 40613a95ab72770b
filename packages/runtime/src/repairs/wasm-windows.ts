import * as tf from '@tensorflow/tfjs';
import { withReachingPadding } from '../trace/reaching-padding.js';
import { windowCounts } from '../window-counts.js';
import { type MaxPoolGradientAttrs, maxPoolGradient } from './max-pool-gradient.js';
import { repaired } from './repair-kernel.js';

type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** A picture with zeros around it, as much as `info` says and its windows reach. */
function padded(x: tf.Tensor4D, info: Info, value = 0): tf.Tensor4D {
  const { padInfo } = withReachingPadding(info);
  const margins: [number, number][] = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
  return margins.flat().some((margin) => margin > 0) ? tf.pad(x, margins, value) : x;
}

/**
 * Picture and attributes of the same convolution without padding by words or by rounding up: XNNPACK is wrong for
 * strides beyond the window where padding is "same", and leaves out what rounding up adds.
 */
export function sidesOnly<A extends object>(x: tf.Tensor4D, filter: tf.Tensor, attributes: A, depthwise: boolean) {
  const { strides, pad, dilations, dimRoundingMode } = attributes as unknown as ConvolutionAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape as Shape4,
    strides,
    dilations ?? 1,
    pad as 'same',
    dimRoundingMode,
    depthwise,
  );
  const wide = info.strideHeight > info.filterHeight || info.strideWidth > info.filterWidth;
  if (!(wide && pad === 'same') && withReachingPadding(info) === info) return { x, attributes };
  return { x: padded(x, info), attributes: { ...attributes, pad: 'valid', dimRoundingMode: undefined } };
}

/** Below every float that a network makes. */
const NOTHING = -3.4e38;

function poolInfo(x: tf.Tensor4D, { filterSize, strides, pad, dimRoundingMode }: MaxPoolGradientAttrs): Info {
  return tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
}

const withoutPadding = (attributes: MaxPoolGradientAttrs) => ({
  ...attributes,
  pad: 'valid',
  dimRoundingMode: undefined,
});

/** Pooling whose size is rounded up, and the gradient of maxima, which gives nothing to windows of negative numbers. */
export const windowKernels = [
  repaired<{ x: tf.Tensor4D }, MaxPoolGradientAttrs>('MaxPool', ({ x }, attributes, original) => {
    const info = poolInfo(x, attributes);
    if (withReachingPadding(info) === info) return original({ x }, attributes);
    return original({ x: padded(x, info, NOTHING) }, withoutPadding(attributes));
  }),
  repaired<{ x: tf.Tensor4D }, MaxPoolGradientAttrs>('AvgPool', ({ x }, attributes, original) => {
    const given = poolInfo(x, attributes);
    const info = withReachingPadding(given);
    if (info === given) return original({ x }, attributes);
    const means = original({ x: padded(x, info) }, withoutPadding(attributes));
    const shares = windowCounts(info).map((count) => (info.filterHeight * info.filterWidth) / count);
    return tf.mul(means, tf.tensor(shares, [1, info.outHeight, info.outWidth, 1]));
  }),
  repaired<{ dy: tf.Tensor4D; input: tf.Tensor4D }, MaxPoolGradientAttrs>('MaxPoolGrad', ({ dy, input }, attributes) =>
    maxPoolGradient(dy, input, attributes),
  ),
];
