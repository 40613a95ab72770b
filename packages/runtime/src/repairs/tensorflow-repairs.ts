import * as tf from '@tensorflow/tfjs';
import { toChannelsFirst, toChannelsLast } from './covered-window.js';
import { portableKernels } from './portable-kernels.js';
import { type Repair, repaired } from './repair-kernel.js';
import { tensorflowConvolutions } from './tensorflow-convolutions.js';
import { tensorflowPools } from './tensorflow-pools.js';

interface TwoTensors {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
}

/** TensorFlow orders numbers only. */
function comparison(kernelName: string): Repair {
  const number = (x: tf.Tensor) => (x.dtype === 'bool' ? tf.cast(x, 'int32') : x);
  return repaired<TwoTensors, object>(kernelName, ({ a, b }, attrs, own) => own({ a: number(a), b: number(b) }, attrs));
}

/** What the back-end `tensorflow` of tfjs-node lacks or has otherwise than the others. */
export const tensorflowRepairs: readonly Repair[] = [
  ...portableKernels,
  ...tensorflowConvolutions,
  ...tensorflowPools,
  ...['Less', 'LessEqual', 'Greater', 'GreaterEqual'].map(comparison),
  // Other back-ends give whole numbers.
  repaired<TwoTensors, object>('FloorDiv', ({ a, b }, attrs, own) => tf.cast(own({ a, b }, attrs), 'int32')),
  repaired<{ x: tf.Tensor; indices: tf.Tensor }, { axis: number; batchDims: number }>(
    'GatherV2',
    ({ x, indices }, { axis, batchDims }, own) =>
      own({ x, indices }, { axis: axis < 0 ? axis + x.rank : axis, batchDims }),
  ),
  repaired<{ x: tf.Tensor4D }, { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
    'DepthToSpace',
    ({ x }, { blockSize, dataFormat }, own) => {
      if (dataFormat !== 'NCHW') return own({ x }, { blockSize, dataFormat });
      return toChannelsFirst(own({ x: toChannelsLast(x) }, { blockSize, dataFormat: 'NHWC' }) as tf.Tensor4D);
    },
  ),
  // libtensorflow's share of one class is one rounding below 1, which would have a slope.
  repaired<{ logits: tf.Tensor }, { dim: number }>('Softmax', ({ logits }, { dim }, own) =>
    logits.shape[dim] === 1 ? tf.onesLike(logits) : own({ logits }, { dim }),
  ),
];
