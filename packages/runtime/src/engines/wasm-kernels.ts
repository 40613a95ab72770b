import * as tf from '../tf.js';
import { type MaxPoolGradientAttrs, maxPoolGradient } from './wasm-max-pool-gradient.js';

/** A kernel of the back-end `wasm`, composed of ops that it has. What is made on the way is freed. */
function composed<Inputs, Attrs>(
  kernelName: string,
  compute: (inputs: Inputs, attrs: Attrs) => tf.Tensor,
): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    // tfjs types kernels by name only: these two casts are where its tables meet ours.
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => compute(inputs as unknown as Inputs, attrs as unknown as Attrs)),
  };
}

interface FilterGradientAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/** One matrix product for each filter tap, over all output positions. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: FilterGradientAttrs): tf.Tensor {
  const { filterShape, strides, pad, dimRoundingMode } = attrs;
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth, inChannels, outChannels } =
    tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  const slope = tf.reshape(dy, [-1, outChannels]);
  const [rows, columns] = filterShape;
  const taps = Array.from({ length: rows * columns }, (_, i) => {
    const [top, left] = [Math.floor(i / columns), i % columns];
    const ends = [top + (outHeight - 1) * strideHeight + 1, left + (outWidth - 1) * strideWidth + 1];
    const window = tf.stridedSlice(
      padded,
      [0, top, left, 0],
      [x.shape[0], ...ends, inChannels],
      [1, strideHeight, strideWidth, 1],
    );
    return tf.matMul(tf.reshape(window, [-1, inChannels]), slope, true, false);
  });
  return tf.reshape(tf.stack(taps), filterShape);
}

/** Sums of rows, where rows of segments outside are dropped: they go to one row before and one behind. */
function segmentSum(x: tf.Tensor, segmentIds: tf.Tensor, numSegments: number): tf.Tensor {
  const inner = x.shape.slice(segmentIds.rank);
  const whole = (value: number) => tf.scalar(value, 'int32');
  // Not clipByValue, which takes the bits of integers for floats there.
  const ids = tf.minimum(tf.maximum(segmentIds, whole(-1)), whole(numSegments));
  const rows = tf.reshape(tf.add(ids, whole(1)), [-1, 1]);
  const sums = tf.scatterND(rows, tf.reshape(x, [-1, ...inner]), [numSegments + 2, ...inner]);
  return tf.slice(sums, [1], [numSegments]);
}

const wasmKernels: readonly tf.KernelConfig[] = [
  composed<{ x: tf.Tensor4D; dy: tf.Tensor4D }, FilterGradientAttrs>('Conv2DBackpropFilter', ({ x, dy }, attrs) => {
    if (attrs.dataFormat !== 'NCHW') return filterGradient(x, dy, attrs);
    const channelsLast = (image: tf.Tensor4D) => tf.transpose(image, [0, 2, 3, 1]);
    return filterGradient(channelsLast(x), channelsLast(dy), attrs);
  }),
  composed<{ x: tf.Tensor; segmentIds: tf.Tensor }, { numSegments: number }>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { numSegments }) => segmentSum(x, segmentIds, numSegments),
  ),
  // The back-end's own one gives nothing to windows that hold negative numbers only.
  composed<{ dy: tf.Tensor4D; input: tf.Tensor4D }, MaxPoolGradientAttrs>('MaxPoolGrad', ({ dy, input }, attrs) =>
    maxPoolGradient(dy, input, attrs),
  ),
];

let registered = false;

/**
 * Adds to the back-end `wasm` the kernels that training needs and tfjs-backend-wasm lacks or has wrong. Call it when that
 * package has been loaded and before the back-end starts.
 */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const kernel of wasmKernels) {
    if (tf.getKernel(kernel.kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel(kernel);
  }
}
