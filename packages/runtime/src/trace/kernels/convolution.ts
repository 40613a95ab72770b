import type { Attributes } from '../../graph/graph.js';
import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../../graph/permutation.js';
import * as tf from '../../tf.js';
import { filterGradient } from '../filter-gradient.js';
import { type KernelCall, lowering } from '../lowering.js';
import { withOutputOf, withReachingPadding } from '../reaching-padding.js';

type Info = tf.backend_util.Conv2DInfo;

interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4 = [number, number, number, number];

const HWIO_TO_OIHW = [3, 2, 0, 1];
const HWIO_TO_IOHW = [2, 3, 0, 1];
const OIHW_TO_HWIO = [2, 3, 1, 0];

function convolutionInfo(xShape: number[], filterShape: number[], attrs: ConvolutionAttrs): Info {
  return withReachingPadding(
    tf.backend_util.computeConv2DInfo(
      xShape as Shape4,
      filterShape as Shape4,
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC'),
    ),
  );
}

export function spatialAttributes(info: Info): Attributes {
  const { top, left, bottom, right } = info.padInfo;
  return {
    pads: [top, left, bottom, right],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  };
}

/** What ConvTranspose must add at the end so that its output has the forward convolution's input size. */
export function outputPadding(info: Info): [number, number] {
  const { padInfo: pad } = info;
  const reachedHeight = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - pad.top - pad.bottom;
  const reachedWidth = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - pad.left - pad.right;
  return [info.inHeight - reachedHeight, info.inWidth - reachedWidth];
}

/** The name of `x` in NCHW. */
export function channelsFirst(call: KernelCall, x: string, attrs: { dataFormat?: string }): string {
  return attrs.dataFormat === 'NCHW' ? x : call.transpose(x, TO_CHANNELS_FIRST);
}

/** `y`, NCHW, in the layout that the kernel was asked for. */
export function fromChannelsFirst(call: KernelCall, y: string, attrs: { dataFormat?: string }): string {
  return attrs.dataFormat === 'NCHW' ? y : call.transpose(y, TO_CHANNELS_LAST);
}

/** Conv of `x` with an HWIO filter, in the layout of `attrs`. */
export function convolve(call: KernelCall, x: tf.TensorInfo, filter: tf.TensorInfo, attrs: ConvolutionAttrs): string {
  const info = convolutionInfo(x.shape, filter.shape, attrs);
  const operands = [channelsFirst(call, call.name(x), attrs), call.transpose(call.name(filter), HWIO_TO_OIHW)];
  return fromChannelsFirst(call, call.graph.node('Conv', operands, spatialAttributes(info)), attrs);
}

function isUnitStride(info: Info): boolean {
  return info.strideHeight === 1 && info.strideWidth === 1 && info.dilationHeight === 1 && info.dilationWidth === 1;
}

/** Up to this many positions, ConvTranspose beats turning the taps. */
const SMALL_PICTURE = 256;

/** True where padding is less than the filter, as Conv's padding for the gradient cannot be negative. */
function padsLessThanFilter({ padInfo, filterHeight, filterWidth }: Info): boolean {
  const { top, bottom, left, right } = padInfo;
  return Math.max(top, bottom) < filterHeight && Math.max(left, right) < filterWidth;
}

/** The filter, HWIO, with its taps in reverse order: a product with a permutation, since a Slice backwards is slow. */
function turnedTaps(call: KernelCall, filter: string, info: Info): string {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const taps = filterHeight * filterWidth;
  if (taps === 1) return filter;
  const order = Float32Array.from({ length: taps * taps }, (_, i) =>
    ((i / taps) | 0) + (i % taps) === taps - 1 ? 1 : 0,
  );
  const oihw = call.transpose(filter, HWIO_TO_OIHW);
  const turned = call.graph.node('MatMul', [
    call.reshape(oihw, [outChannels * inChannels, taps]),
    call.graph.float32(order, [taps, taps]),
  ]);
  const shaped = call.reshape(turned, [outChannels, inChannels, filterHeight, filterWidth]);
  return call.transpose(shaped, OIHW_TO_HWIO);
}

/**
 * Without strides, the transposed convolution is one with turned taps; ONNX Runtime's Conv is a quarter faster, but for
 * small pictures.
 */
function unitStrideGradient(call: KernelCall, slope: string, filter: string, info: Info): string {
  const { filterHeight: height, filterWidth: width, padInfo } = info;
  const turned = call.transpose(turnedTaps(call, filter, info), HWIO_TO_IOHW);
  return call.graph.node('Conv', [slope, turned], {
    pads: [height - 1 - padInfo.top, width - 1 - padInfo.left, height - 1 - padInfo.bottom, width - 1 - padInfo.right],
    strides: [1, 1],
    dilations: [1, 1],
  });
}

/** 2-D convolution and its two gradients. */
export const convolutionKernels = [
  lowering<{ x: tf.TensorInfo; filter: tf.TensorInfo }, ConvolutionAttrs>('Conv2D', (call, { x, filter }, attrs) =>
    call.result(convolve(call, x, filter, attrs)),
  ),
  lowering<{ dy: tf.TensorInfo; filter: tf.TensorInfo }, ConvolutionAttrs & { inputShape: Shape4 }>(
    'Conv2DBackpropInput',
    (call, { dy, filter }, attrs) => {
      const info = withOutputOf(convolutionInfo(attrs.inputShape, filter.shape, attrs), dy.shape);
      const slope = channelsFirst(call, call.name(dy), attrs);
      const value =
        isUnitStride(info) && padsLessThanFilter(info) && info.outHeight * info.outWidth > SMALL_PICTURE
          ? unitStrideGradient(call, slope, call.name(filter), info)
          : call.graph.node('ConvTranspose', [slope, call.transpose(call.name(filter), HWIO_TO_OIHW)], {
              ...spatialAttributes(info),
              output_padding: outputPadding(info),
            });
      return call.result(fromChannelsFirst(call, value, attrs));
    },
  ),
  lowering<{ x: tf.TensorInfo; dy: tf.TensorInfo }, ConvolutionAttrs & { filterShape: Shape4 }>(
    'Conv2DBackpropFilter',
    (call, { x, dy }, attrs) => {
      const info = withOutputOf(convolutionInfo(x.shape, attrs.filterShape, attrs), dy.shape);
      const image = attrs.dataFormat === 'NCHW' ? call.transpose(call.name(x), TO_CHANNELS_LAST) : call.name(x);
      const slope = channelsFirst(call, call.name(dy), attrs);
      return call.result(filterGradient(call.graph, image, slope, info));
    },
  ),
];
