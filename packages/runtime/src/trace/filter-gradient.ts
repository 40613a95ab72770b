import type { GraphAssembler } from '../graph/builder.js';
import type * as tf from '../tf.js';
import { sliceNode } from './kernels/slicing.js';

/**
 * Gradient of a convolution by its filter, HWIO, from NCHW image `x` and NHWC output gradient `dy`.
 * One matrix product per filter tap and picture, over all positions of the output: on processors this takes two thirds
 * of the time of the equivalent convolution with swapped axes. With these two layouts neither factor is transposed.
 */
export function filterGradient(graph: GraphAssembler, x: string, dy: string, info: tf.backend_util.Conv2DInfo): string {
  const { batchSize, outHeight, outWidth, inChannels, outChannels, padInfo } = info;
  const positions = outHeight * outWidth;
  const pads = [0, 0, padInfo.top, padInfo.left, 0, 0, padInfo.bottom, padInfo.right];
  const padded = pads.some((pad) => pad !== 0) ? graph.node('Pad', [x, graph.int64(pads)]) : x;
  const slope = graph.node('Reshape', [dy, graph.int64([batchSize, positions, outChannels])]);
  const taps: string[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const window = sliceNode(
        graph,
        padded,
        [row * info.dilationHeight, column * info.dilationWidth],
        [
          row * info.dilationHeight + (outHeight - 1) * info.strideHeight + 1,
          column * info.dilationWidth + (outWidth - 1) * info.strideWidth + 1,
        ],
        [2, 3],
        [info.strideHeight, info.strideWidth],
      );
      const matrix = graph.node('Reshape', [window, graph.int64([batchSize, inChannels, positions])]);
      taps.push(graph.node('MatMul', [matrix, slope]));
    }
  }
  const stacked = taps.length === 1 ? (taps[0] as string) : graph.node('Concat', taps, { axis: 1 });
  const summed = graph.node('ReduceSum', [stacked, graph.int64([0])], { keepdims: 0 });
  return fromTaps(graph, summed, info);
}

/**
 * [kh kw I, O] as HWIO. It goes by OIHW, the order of checkpoints, in two steps that ONNX Runtime does fast; whoever wants OIHW
 * cancels the third.
 */
function fromTaps(graph: GraphAssembler, taps: string, info: tf.backend_util.Conv2DInfo): string {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const rows = graph.node('Transpose', [taps], { perm: [1, 0] });
  const grouped = graph.node('Reshape', [rows, graph.int64([outChannels, filterHeight * filterWidth, inChannels])]);
  const channels = graph.node('Transpose', [grouped], { perm: [0, 2, 1] });
  const filter = graph.node('Reshape', [channels, graph.int64([outChannels, inChannels, filterHeight, filterWidth])]);
  return graph.node('Transpose', [filter], { perm: [2, 3, 1, 0] });
}
