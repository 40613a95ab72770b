import * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';
import { withOutputOf, withReachingPadding } from '../reaching-padding.js';
import { channelsFirst, fromChannelsFirst, outputPadding, spatialAttributes } from './convolution.js';
import { sliceNode } from './slicing.js';

type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

interface DepthwiseAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

function depthwiseInfo(xShape: number[], filterShape: number[], attrs: DepthwiseAttrs): Info {
  return withReachingPadding(
    tf.backend_util.computeConv2DInfo(
      xShape as Shape4,
      filterShape as Shape4,
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      true,
      tf.backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC'),
    ),
  );
}

/** HW, channel, multiplier to (channel * multiplier), 1, H, W: the weights of a grouped Conv. */
function groupedFilter(call: KernelCall, filter: string, info: Info): string {
  const flat = call.reshape(filter, [info.filterHeight, info.filterWidth, info.outChannels, 1]);
  return call.transpose(flat, [2, 3, 0, 1]);
}

/** Convolution of an NHWC image with an HW, channel, multiplier filter. */
export function convolveDepthwise(
  call: KernelCall,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  attrs: DepthwiseAttrs,
): string {
  const info = depthwiseInfo(x.shape, filter.shape, attrs);
  const operands = [channelsFirst(call, call.name(x), attrs), groupedFilter(call, call.name(filter), info)];
  const value = call.graph.node('Conv', operands, { ...spatialAttributes(info), group: info.inChannels });
  return fromChannelsFirst(call, value, attrs);
}

/** Every filter tap weighs one shifted view of `x`: its gradient is the sum of that view times `dy`. */
function depthwiseFilterGradient(call: KernelCall, x: string, dy: string, info: Info): string {
  const { graph } = call;
  const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const multiplier = info.outChannels / inChannels;
  const slope = call.reshape(dy, [batchSize, outHeight, outWidth, inChannels, multiplier]);
  const padded = graph.node('Pad', [
    x,
    graph.int64([0, padInfo.top, padInfo.left, 0, 0, padInfo.bottom, padInfo.right, 0]),
  ]);
  const taps: string[] = [];
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const [top, left] = [row * info.dilationHeight, column * info.dilationWidth];
      const ends = [top + (outHeight - 1) * info.strideHeight + 1, left + (outWidth - 1) * info.strideWidth + 1];
      const window = sliceNode(graph, padded, [top, left], ends, [1, 2], [info.strideHeight, info.strideWidth]);
      const columns = call.reshape(window, [batchSize, outHeight, outWidth, inChannels, 1]);
      const product = graph.node('Mul', [columns, slope]);
      taps.push(
        call.reshape(graph.node('ReduceSum', [product, graph.int64([0, 1, 2])], { keepdims: 0 }), [
          1,
          inChannels,
          multiplier,
        ]),
      );
    }
  }
  return call.reshape(graph.node('Concat', taps, { axis: 0 }), [filterHeight, filterWidth, inChannels, multiplier]);
}

/** Depthwise 2-D convolution and its two gradients (NHWC). */
export const depthwiseConvolutionKernels = [
  lowering<{ x: tf.TensorInfo; filter: tf.TensorInfo }, DepthwiseAttrs>(
    'DepthwiseConv2dNative',
    (call, { x, filter }, attrs) => call.result(convolveDepthwise(call, x, filter, attrs)),
  ),
  lowering<{ dy: tf.TensorInfo; filter: tf.TensorInfo }, DepthwiseAttrs & { inputShape: Shape4 }>(
    'DepthwiseConv2dNativeBackpropInput',
    (call, { dy, filter }, attrs) => {
      const info = withOutputOf(depthwiseInfo(attrs.inputShape, filter.shape, attrs), dy.shape);
      const operands = [channelsFirst(call, call.name(dy), attrs), groupedFilter(call, call.name(filter), info)];
      const value = call.graph.node('ConvTranspose', operands, {
        ...spatialAttributes(info),
        output_padding: outputPadding(info),
        group: info.inChannels,
      });
      // Each group joins the `multiplier` channels that came from one input channel, and so sums them.
      return call.result(fromChannelsFirst(call, value, attrs));
    },
  ),
  lowering<{ x: tf.TensorInfo; dy: tf.TensorInfo }, DepthwiseAttrs & { filterShape: Shape4 }>(
    'DepthwiseConv2dNativeBackpropFilter',
    (call, { x, dy }, attrs) => {
      const info = withOutputOf(depthwiseInfo(x.shape, attrs.filterShape, attrs), dy.shape);
      return call.result(depthwiseFilterGradient(call, call.name(x), call.name(dy), info));
    },
  ),
];
