import { UnsupportedError } from '@vosvfi/core';
import type * as tf from '../tf.js';

type Info = tf.backend_util.Conv2DInfo;

/**
 * `info` for the output size that a gradient of shape `dy` has: TensorFlow.js's gradient kernels are not told how the
 * forward one rounded.
 */
export function withOutputOf(info: Info, dy: readonly number[]): Info {
  const [outHeight, outWidth] = info.dataFormat === 'channelsFirst' ? [dy[2], dy[3]] : [dy[1], dy[2]];
  return withReachingPadding({ ...info, outHeight: outHeight as number, outWidth: outWidth as number });
}

/**
 * `info` with as much padding at the end as its output size needs: ONNX rounds sizes down, where TensorFlow.js may have
 * been asked to round up.
 * @throws UnsupportedError where TensorFlow.js takes a smaller output than the windows give.
 */
export function withReachingPadding(info: Info): Info {
  const { padInfo: pad } = info;
  const bottom = endPadding(
    info.inHeight,
    info.outHeight,
    info.strideHeight,
    info.effectiveFilterHeight,
    pad.top,
    pad.bottom,
  );
  const right = endPadding(
    info.inWidth,
    info.outWidth,
    info.strideWidth,
    info.effectiveFilterWidth,
    pad.left,
    pad.right,
  );
  return bottom === pad.bottom && right === pad.right ? info : { ...info, padInfo: { ...pad, bottom, right } };
}

function endPadding(
  extent: number,
  output: number,
  stride: number,
  span: number,
  before: number,
  after: number,
): number {
  const given = Math.floor((extent + before + after - span) / stride) + 1;
  if (given === output) return after;
  if (given < output) return (output - 1) * stride + span - extent - before;
  // Padding by a number: TensorFlow.js works out the width with the height of filter and stride.
  throw new UnsupportedError(
    `A window of ${span} at stride ${stride} gives ${given} outputs; TensorFlow.js expects ${output}.`,
    {
      hint: 'Give the padding of each side, or use the same filter size and stride in both directions.',
    },
  );
}
