import * as tf from '@tensorflow/tfjs';

type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

/** Attributes of the kernels that convolutions' gradients call, NHWC. */
export interface WindowAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly filterShape: Shape4;
  readonly inputShape: Shape4;
}

function infoOf(xShape: Shape4, filterShape: Shape4, attributes: Partial<WindowAttrs>, depthwise: boolean): Info {
  const { strides = 1, dilations = 1, pad = 'valid', dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, dilations, pad, dimRoundingMode, depthwise);
}

/** What one filter tap sees of a padded picture, and where. */
interface Tap {
  readonly begin: [number, number, number, number];
  readonly end: [number, number, number, number];
  readonly strides: [number, number, number, number];
}

function tapsOf(info: Info): Tap[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, strideHeight, strideWidth } = info;
  return Array.from({ length: filterHeight * filterWidth }, (_, i) => {
    const top = Math.floor(i / filterWidth) * dilationHeight;
    const left = (i % filterWidth) * dilationWidth;
    const bottom = top + (info.outHeight - 1) * strideHeight + 1;
    const right = left + (info.outWidth - 1) * strideWidth + 1;
    return {
      begin: [0, top, left, 0],
      end: [info.batchSize, bottom, right, info.inChannels],
      strides: [1, strideHeight, strideWidth, 1],
    };
  });
}

function padded(x: tf.Tensor4D, { padInfo }: Info): tf.Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
}

/** One matrix product for each filter tap, over all output positions. */
export function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: WindowAttrs): tf.Tensor {
  if (attributes.dataFormat === 'NCHW') {
    const toLast = (image: tf.Tensor4D): tf.Tensor4D => tf.transpose(image, [0, 2, 3, 1]);
    return filterGradient(toLast(x), toLast(dy), { ...attributes, dataFormat: 'NHWC' });
  }
  const info = infoOf(x.shape, attributes.filterShape, attributes, false);
  const picture = padded(x, info);
  const slope = tf.reshape(dy, [-1, info.outChannels]);
  const taps = tapsOf(info).map(({ begin, end, strides }) => {
    const window = tf.stridedSlice(picture, begin, end, strides);
    return tf.matMul(tf.reshape(window, [-1, info.inChannels]), slope, true, false);
  });
  return tf.reshape(tf.stack(taps), attributes.filterShape);
}

/** Gradient of a depthwise convolution by its filter: the sum of what each tap saw times the slope. */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: WindowAttrs): tf.Tensor {
  const info = infoOf(x.shape, attributes.filterShape, attributes, true);
  const picture = padded(x, info);
  const multiplier = info.outChannels / info.inChannels;
  const positions = info.batchSize * info.outHeight * info.outWidth;
  const slope = tf.reshape(dy, [positions, info.inChannels, multiplier]);
  const taps = tapsOf(info).map(({ begin, end, strides }) => {
    const window = tf.stridedSlice(picture, begin, end, strides);
    return tf.sum(tf.mul(tf.reshape(window, [positions, info.inChannels, 1]), slope), 0);
  });
  return tf.reshape(tf.stack(taps), attributes.filterShape);
}

/** Gradient of a depthwise convolution by its picture: every tap gives its part back to where it was read. */
export function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, attributes: WindowAttrs): tf.Tensor {
  const { inputShape } = attributes;
  const info = infoOf(inputShape, filter.shape, attributes, true);
  const { padInfo, strideHeight, strideWidth, inChannels, outHeight, outWidth, batchSize } = info;
  const multiplier = info.outChannels / inChannels;
  const taps = tapsOf(info);
  const last = taps.at(-1) as Tap;
  const height = Math.max(inputShape[1] + padInfo.top, last.end[1]);
  const width = Math.max(inputShape[2] + padInfo.left, last.end[2]);
  const weights = tf.reshape(filter, [-1, inChannels, multiplier]);
  const slope = tf.reshape(dy, [-1, inChannels, multiplier]);
  const parts = taps.map(({ begin, end }, i) => {
    const weight = tf.slice(weights, [i, 0, 0], [1, -1, -1]);
    const part = tf.reshape(tf.sum(tf.mul(slope, weight), 2), [batchSize, outHeight, outWidth, inChannels]);
    const spread = spaced(part as tf.Tensor4D, strideHeight, strideWidth);
    const inside = tf.slice(spread, [0, 0, 0, 0], [-1, end[1] - begin[1], end[2] - begin[2], -1]);
    return tf.pad(inside, [
      [0, 0],
      [begin[1], height - end[1]],
      [begin[2], width - end[2]],
      [0, 0],
    ]);
  });
  return tf.slice(tf.addN(parts), [0, padInfo.top, padInfo.left, 0], inputShape);
}

/** Every pixel of an NHWC picture as the first of a block of `down` by `across`, the others 0. */
export function spaced(x: tf.Tensor4D, down: number, across: number): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const behind = (count: number): [number, number][] => [
    [0, 0],
    [0, 0],
    [0, count - 1],
    [0, 0],
  ];
  const lines = tf.pad(tf.reshape(x, [n, h, 1, w * c]), behind(down));
  const pixels = tf.pad(tf.reshape(lines, [n * h * down, w, 1, c]), behind(across));
  return tf.reshape(pixels, [n, h * down, w * across, c]);
}
