import * as tf from '../../tf.js';
import { lowering } from '../lowering.js';

/** Moves between channels or batch and space. */
export const blockLayoutKernels = [
  lowering<{ x: tf.TensorInfo }, { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
    'DepthToSpace',
    (call, { x }, { blockSize: b, dataFormat }) => {
      if (dataFormat === 'NCHW') {
        const [n, c, h, w] = x.shape as [number, number, number, number];
        const split = call.reshape(call.name(x), [n, b, b, c / (b * b), h, w]);
        const moved = call.transpose(split, [0, 3, 4, 1, 5, 2]);
        return call.result(call.reshape(moved, [n, c / (b * b), h * b, w * b]));
      }
      const [n, h, w, c] = x.shape as [number, number, number, number];
      const split = call.reshape(call.name(x), [n, h, w, b, b, c / (b * b)]);
      const moved = call.transpose(split, [0, 1, 3, 2, 4, 5]);
      return call.result(call.reshape(moved, [n, h * b, w * b, c / (b * b)]));
    },
  ),
  lowering<{ x: tf.TensorInfo }, { blockShape: number[]; paddings: number[][] }>(
    'SpaceToBatchND',
    (call, { x }, { blockShape, paddings }) => {
      const rest = x.shape.length - blockShape.length - 1;
      const all = [[0, 0], ...paddings, ...new Array<number[]>(rest).fill([0, 0])];
      const pads = [...all.map((pair) => pair[0] as number), ...all.map((pair) => pair[1] as number)];
      const padded = call.graph.node('Pad', [call.name(x), call.graph.int64(pads)]);
      const shape = x.shape.map(
        (extent, axis) => extent + (pads[axis] as number) + (pads[axis + all.length] as number),
      );
      const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
      const blocks = tf.util.sizeFromShape(blockShape);
      const split = call.reshape(padded, getReshaped(shape, blockShape, blocks, false));
      const moved = call.transpose(split, getPermuted(x.shape.length + blockShape.length, blockShape.length, false));
      return call.result(call.reshape(moved, getReshapedPermuted(shape, blockShape, blocks, false)));
    },
  ),
  lowering<{ x: tf.TensorInfo }, { blockShape: number[]; crops: number[][] }>(
    'BatchToSpaceND',
    (call, { x }, { blockShape, crops }) => {
      const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
      const blocks = tf.util.sizeFromShape(blockShape);
      const split = call.reshape(call.name(x), getReshaped(x.shape, blockShape, blocks));
      const moved = call.transpose(
        split,
        getPermuted(getReshaped(x.shape, blockShape, blocks).length, blockShape.length),
      );
      const shape = getReshapedPermuted(x.shape, blockShape, blocks);
      const begin = getSliceBeginCoords(crops, blockShape.length);
      const size = getSliceSize(shape, crops, blockShape.length);
      const { graph } = call;
      const ends = begin.map((start, axis) => start + (size[axis] as number));
      return call.result(
        graph.node('Slice', [
          call.reshape(moved, shape),
          graph.int64(begin),
          graph.int64(ends),
          graph.int64(begin.map((_, axis) => axis)),
        ]),
      );
    },
  ),
];
