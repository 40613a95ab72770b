import type * as tf from '@tensorflow/tfjs';

/** How many image pixels each window of an average pool covers, [H, W]. */
export function windowCounts(info: tf.backend_util.Conv2DInfo): Float32Array {
  const covered = (at: number, stride: number, before: number, filter: number, extent: number) => {
    const start = at * stride - before;
    return Math.min(start + filter, extent) - Math.max(start, 0);
  };
  return Float32Array.from({ length: info.outHeight * info.outWidth }, (_, i) => {
    const [row, column] = [Math.floor(i / info.outWidth), i % info.outWidth];
    return (
      covered(row, info.strideHeight, info.padInfo.top, info.filterHeight, info.inHeight) *
      covered(column, info.strideWidth, info.padInfo.left, info.filterWidth, info.inWidth)
    );
  });
}
