import * as tf from '../tf.js';
import { type AmendedKernel, amended, amendKernels } from './amended-kernel.js';
import { tensorflowConvolutions } from './tensorflow-convolutions.js';
import { tensorflowPools } from './tensorflow-pools.js';
import { toChannelsFirst, toChannelsLast } from './window.js';

interface TwoTensors {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
}

/** TensorFlow orders numbers only. */
function comparison(kernelName: string): AmendedKernel {
  const number = (x: tf.Tensor) => (x.dtype === 'bool' ? tf.cast(x, 'int32') : x);
  return amended<TwoTensors, object>(kernelName, ({ a, b }, attrs, own) => own({ a: number(a), b: number(b) }, attrs));
}

const otherKernels: readonly AmendedKernel[] = [
  ...['Less', 'LessEqual', 'Greater', 'GreaterEqual'].map(comparison),
  // Other back-ends give whole numbers.
  amended<TwoTensors, object>('FloorDiv', (inputs, attrs, own) => tf.cast(own(inputs, attrs), 'int32')),
  amended<{ x: tf.Tensor; indices: tf.Tensor }, { axis: number; batchDims: number }>(
    'GatherV2',
    ({ x, indices }, { axis, batchDims }, own) =>
      own({ x, indices }, { axis: axis < 0 ? axis + x.rank : axis, batchDims }),
  ),
  amended<{ x: tf.Tensor4D }, { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
    'DepthToSpace',
    ({ x }, { blockSize, dataFormat }, own) => {
      if (dataFormat !== 'NCHW') return own({ x }, { blockSize, dataFormat });
      return toChannelsFirst(own({ x: toChannelsLast(x) }, { blockSize, dataFormat: 'NHWC' }) as tf.Tensor4D);
    },
  ),
  amended<{ x: tf.Tensor }, { shape: number[] }>('BroadcastTo', ({ x }, { shape }) =>
    tf.tile(
      tf.reshape(x, [...shape.slice(x.rank).map(() => 1), ...x.shape]),
      shape.map((extent, axis) => {
        const own = x.shape[axis - (shape.length - x.rank)] ?? 1;
        return own === 1 ? extent : 1;
      }),
    ),
  ),
  // libtensorflow's share of one class is one rounding below 1, which would have a slope.
  amended<{ logits: tf.Tensor }, { dim: number }>('Softmax', ({ logits }, { dim }, own) =>
    logits.shape[dim] === 1 ? tf.onesLike(logits) : own({ logits }, { dim }),
  ),
  amended<{ logits: tf.Tensor }, { axis: number }>('LogSoftmax', ({ logits }, { axis }) => tf.logSoftmax(logits, axis)),
];

/** Completes the back-end `tensorflow`. Call it once, when tfjs-node has registered its kernels. */
export function amendTensorflowKernels(): void {
  amendKernels('tensorflow', [...tensorflowConvolutions, ...tensorflowPools, ...otherKernels]);
}
