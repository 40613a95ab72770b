import * as tf from '@tensorflow/tfjs';
import { GRAPH_BACKEND } from '../trace/graph-backend-name.js';
import { withOutputOf } from '../trace/reaching-padding.js';
import { defineGradient, type InputGradients } from './define-gradient.js';
import { explicitPadding, type Padding, reachingPadding } from './windows.js';

type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Convolutions and depthwise ones differ in their kernels' names only. */
for (const [kernel, depthwise] of [
  ['Conv2D', false],
  ['DepthwiseConv2dNative', true],
] as const) {
  defineGradient<ConvolutionAttrs>(kernel, {
    inputs: ['x', 'filter'],
    gradient: (dy, saved, attributes) => {
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      const info = tf.backend_util.computeConv2DInfo(
        x.shape,
        filter.shape,
        attributes.strides,
        attributes.dilations ?? 1,
        attributes.pad as 'same',
        attributes.dimRoundingMode,
        depthwise,
        attributes.dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast',
      );
      const slope = dy as tf.Tensor4D;
      const call = {
        kernel,
        info: withOutputOf(info, slope.shape),
        pad: reachingPadding(attributes.pad, info, slope.shape),
      };
      if (attributes.dataFormat !== 'NCHW') return channelsLast(call, x, filter, slope);
      const toLast = (image: tf.Tensor4D) => tf.transpose(image, [0, 2, 3, 1]);
      const { x: byX, filter: byFilter } = channelsLast(call, toLast(x), filter, toLast(slope));
      return { x: () => tf.transpose((byX as () => tf.Tensor)(), [0, 3, 1, 2]), filter: byFilter as () => tf.Tensor };
    },
  });
}

interface Call {
  readonly kernel: string;
  readonly info: Info;
  readonly pad: Padding;
}

function channelsLast(call: Call, x: tf.Tensor4D, filter: tf.Tensor4D, dy: tf.Tensor4D): InputGradients {
  const { dilationHeight, dilationWidth } = call.info;
  const dilated = dilationHeight > 1 || dilationWidth > 1;
  // The graph engine's kernels know dilations, those of tfjs do not: there zeros stand between the taps.
  if (!dilated || tf.getBackend() === GRAPH_BACKEND) {
    return {
      x: () => byInput(call, x.shape, filter, dy, [dilationHeight, dilationWidth]),
      filter: () => byFilter(call, x, dy, filter.shape, [dilationHeight, dilationWidth]),
    };
  }
  const sided = { ...call, pad: explicitPadding(call.info) };
  const [height, width] = [call.info.effectiveFilterHeight, call.info.effectiveFilterWidth];
  const [, , inputs, outputs] = filter.shape;
  return {
    x: () => byInput(sided, x.shape, spread(filter, dilationHeight, dilationWidth), dy, [1, 1]),
    filter: () =>
      tf.stridedSlice(
        byFilter(sided, x, dy, [height, width, inputs, outputs], [1, 1]),
        [0, 0, 0, 0],
        [height, width, inputs, outputs],
        [dilationHeight, dilationWidth, 1, 1],
      ),
  };
}

function attributesOf({ info, pad }: Call, dilations: [number, number]) {
  return { strides: [info.strideHeight, info.strideWidth], pad, dataFormat: 'NHWC', dilations };
}

function byInput(
  call: Call,
  inputShape: Shape4,
  filter: tf.Tensor,
  dy: tf.Tensor,
  dilations: [number, number],
): tf.Tensor {
  const attributes = { ...attributesOf(call, dilations), inputShape };
  return tf.engine().runKernel(`${call.kernel}BackpropInput`, { dy, filter }, attributes);
}

function byFilter(
  call: Call,
  x: tf.Tensor,
  dy: tf.Tensor,
  filterShape: Shape4,
  dilations: [number, number],
): tf.Tensor {
  const attributes = { ...attributesOf(call, dilations), filterShape };
  return tf.engine().runKernel(`${call.kernel}BackpropFilter`, { x, dy }, attributes);
}

/** Puts `rows - 1` and `columns - 1` zeros between the taps of a filter. */
function spread(filter: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const taps = tf.pad(tf.reshape(filter, [height, 1, width, 1, inputs * outputs]), [
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, columns - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(taps, [height * rows, width * columns, inputs, outputs]) as tf.Tensor4D;
  return tf.slice(whole, [0, 0, 0, 0], [(height - 1) * rows + 1, (width - 1) * columns + 1, inputs, outputs]);
}
