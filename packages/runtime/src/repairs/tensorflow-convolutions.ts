import * as tf from '@tensorflow/tfjs';
import { covered, coveredSize, toChannelsFirst, toChannelsLast, uncovered, withResultOf } from './covered-window.js';
import { type Repair, repaired } from './repair-kernel.js';

type Pair = [number, number];
type Shape4 = [number, number, number, number];
type Original = Parameters<Repair['compute']>[2];

interface ConvolutionAttrs {
  readonly strides: number | Pair;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | Pair | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

function infoOf(
  attrs: ConvolutionAttrs,
  image: Shape4,
  filter: Shape4,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attrs;
  const format = dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast';
  return tf.backend_util.computeConv2DInfo(
    image,
    filter,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
}

/** Paddings that TensorFlow derives itself; depthwise convolutions must have equal strides, gradients no dilation. */
function isNative(info: tf.backend_util.Conv2DInfo, depthwise: boolean): boolean {
  const { type } = info.padInfo;
  return (type === 'VALID' || type === 'SAME') && !(depthwise && hasUnequalStrides(info));
}

function hasUnequalStrides({ strideHeight, strideWidth }: tf.backend_util.Conv2DInfo): boolean {
  return strideHeight !== strideWidth;
}

function isDilated({ dilationHeight, dilationWidth }: tf.backend_util.Conv2DInfo): boolean {
  return dilationHeight > 1 || dilationWidth > 1;
}

const withoutPadding = { pad: 'valid', dataFormat: 'NHWC', dimRoundingMode: undefined } as const;

interface ForwardInputs {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  /** Bias and slopes belong to the fused kernels. Slopes are [C], or [C, 1, 1] or [C, H, W] beside NCHW images. */
  readonly bias?: tf.Tensor;
  readonly preluActivationWeights?: tf.Tensor;
}

function forward(inputs: ForwardInputs, attrs: ConvolutionAttrs, own: Original, depthwise: boolean): tf.Tensor {
  const info = infoOf(attrs, inputs.x.shape, inputs.filter.shape, depthwise);
  if (attrs.dataFormat !== 'NCHW') return forwardLast(inputs, attrs, own, info, depthwise);
  const { x, preluActivationWeights: slopes } = inputs;
  const last = {
    ...inputs,
    x: toChannelsLast(x),
    ...(slopes?.rank === 3 && { preluActivationWeights: tf.transpose(slopes, [1, 2, 0]) }),
  };
  return toChannelsFirst(forwardLast(last, { ...attrs, dataFormat: 'NHWC' }, own, info, depthwise) as tf.Tensor4D);
}

function forwardLast(
  inputs: ForwardInputs,
  attrs: ConvolutionAttrs,
  own: Original,
  info: tf.backend_util.Conv2DInfo,
  depthwise: boolean,
): tf.Tensor {
  if (isNative(info, depthwise)) return own({ ...inputs }, attrs);
  const plain = { ...attrs, ...withoutPadding };
  const x = covered(inputs.x, info);
  if (!depthwise || !hasUnequalStrides(info)) return own({ ...inputs, x }, plain);
  // Every n-th result of a stride of 1.
  const all = own({ ...inputs, x }, { ...plain, strides: 1 });
  const [batch, , , channels] = all.shape as Shape4;
  const { strideHeight, strideWidth, outHeight, outWidth } = info;
  const ends = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1] as const;
  return tf.stridedSlice(all, [0, 0, 0, 0], [batch, ...ends, channels], [1, strideHeight, strideWidth, 1]);
}

interface FilterGradientInputs {
  readonly x: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
}

interface FilterGradientAttrs extends ConvolutionAttrs {
  readonly filterShape: Shape4;
}

function filterGradient(
  inputs: FilterGradientInputs,
  attrs: FilterGradientAttrs,
  own: Original,
  depthwise: boolean,
): tf.Tensor {
  const { filterShape } = attrs;
  const first = attrs.dataFormat === 'NCHW';
  const [x, dy] = first ? [toChannelsLast(inputs.x), toChannelsLast(inputs.dy)] : [inputs.x, inputs.dy];
  const info = withResultOf(dy, infoOf(attrs, inputs.x.shape, filterShape, depthwise));
  if (isNative(info, depthwise) && !isDilated(info)) return own({ x, dy }, { ...attrs, dataFormat: 'NHWC' });
  const wide: Shape4 = [info.effectiveFilterHeight, info.effectiveFilterWidth, filterShape[2], filterShape[3]];
  const gradient = own(
    { x: covered(x, info), dy: evenlyStrided(dy, info, depthwise) },
    { ...attrs, ...plainAttrs(info, depthwise), filterShape: wide },
  );
  // The filter that was spread out has its taps at every n-th place.
  return tf.stridedSlice(gradient, [0, 0, 0, 0], wide, [info.dilationHeight, info.dilationWidth, 1, 1]);
}

/** Attributes of a gradient over the covered image: no padding, no dilation, and strides that TensorFlow has. */
function plainAttrs(info: tf.backend_util.Conv2DInfo, depthwise: boolean) {
  const strides: number | Pair = depthwise && hasUnequalStrides(info) ? 1 : [info.strideHeight, info.strideWidth];
  return { ...withoutPadding, strides, dilations: 1 };
}

interface ImageGradientInputs {
  readonly dy: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

interface ImageGradientAttrs extends ConvolutionAttrs {
  readonly inputShape: Shape4;
}

function imageGradient(
  inputs: ImageGradientInputs,
  attrs: ImageGradientAttrs,
  own: Original,
  depthwise: boolean,
): tf.Tensor {
  const first = attrs.dataFormat === 'NCHW';
  const dy = first ? toChannelsLast(inputs.dy) : inputs.dy;
  const info = withResultOf(dy, infoOf(attrs, attrs.inputShape, inputs.filter.shape, depthwise));
  const image = imageGradientLast({ dy, filter: inputs.filter }, attrs, own, info, depthwise);
  return first ? toChannelsFirst(image) : image;
}

function imageGradientLast(
  { dy, filter }: ImageGradientInputs,
  attrs: ImageGradientAttrs,
  own: Original,
  info: tf.backend_util.Conv2DInfo,
  depthwise: boolean,
): tf.Tensor4D {
  if (isNative(info, depthwise) && !isDilated(info)) {
    const inputShape: Shape4 = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
    return own({ dy, filter }, { ...attrs, dataFormat: 'NHWC', inputShape }) as tf.Tensor4D;
  }
  const inputShape: Shape4 = [info.batchSize, ...coveredSize(info), info.inChannels];
  const gradient = own(
    { dy: evenlyStrided(dy, info, depthwise), filter: dilated(filter, info) },
    { ...attrs, ...plainAttrs(info, depthwise), inputShape },
  );
  return uncovered(gradient as tf.Tensor4D, info);
}

/** A filter [h, w, a, b] with zeros between its taps. */
function dilated(filter: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  const { dilationHeight, dilationWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const [rows, columns, a, b] = filter.shape;
  const wide = spaced(filter, [1, rows, columns, a * b], [dilationHeight, dilationWidth]);
  return tf.reshape(wide, [effectiveFilterHeight, effectiveFilterWidth, a, b]);
}

/** A gradient with zeros where a stride of 1 would have had more results, if TensorFlow lacks the strides. */
function evenlyStrided(dy: tf.Tensor4D, info: tf.backend_util.Conv2DInfo, depthwise: boolean): tf.Tensor4D {
  if (!depthwise || !hasUnequalStrides(info)) return dy;
  return spaced(dy, dy.shape, [info.strideHeight, info.strideWidth]);
}

/** `x` as an image with `step` rows and columns from value to value. */
function spaced(x: tf.Tensor, [n, h, w, c]: Shape4, [down, across]: Pair): tf.Tensor4D {
  if (down === 1 && across === 1) return tf.reshape(x, [n, h, w, c]);
  const blocks = tf.pad(tf.reshape(x, [n, h, 1, w, 1, c]), [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(blocks, [n, h * down, w * across, c]) as tf.Tensor4D;
  return tf.slice(whole, [0, 0, 0, 0], [n, (h - 1) * down + 1, (w - 1) * across + 1, c]);
}

/**
 * Convolutions of back-end `tensorflow`: libtensorflow computes them on NHWC images, without padding that it cannot derive
 * itself, without dilated gradients, and with depthwise strides that are equal.
 */
export const tensorflowConvolutions = [
  ...[false, true].flatMap((depthwise) => [
    ...(depthwise ? ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D'] : ['Conv2D', 'FusedConv2D']).map((kernel) =>
      repaired<ForwardInputs, ConvolutionAttrs>(kernel, (inputs, attrs, own) => forward(inputs, attrs, own, depthwise)),
    ),
    repaired<FilterGradientInputs, FilterGradientAttrs>(
      depthwise ? 'DepthwiseConv2dNativeBackpropFilter' : 'Conv2DBackpropFilter',
      (inputs, attrs, own) => filterGradient(inputs, attrs, own, depthwise),
    ),
    repaired<ImageGradientInputs, ImageGradientAttrs>(
      depthwise ? 'DepthwiseConv2dNativeBackpropInput' : 'Conv2DBackpropInput',
      (inputs, attrs, own) => imageGradient(inputs, attrs, own, depthwise),
    ),
  ]),
];
