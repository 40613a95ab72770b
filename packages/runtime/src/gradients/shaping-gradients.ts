import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '@vosvfi/core';
import { type StridedSliceAttrs, stridedRanges } from '../strided-ranges.js';
import { defineGradient, summedTo } from './define-gradient.js';

/** tfjs's own wants an attribute that nobody gives. */
defineGradient('BroadcastTo', {
  inputs: ['x'],
  gradient: (dy, saved) => ({ x: () => summedTo(dy as tf.Tensor, (saved[0] as tf.Tensor).shape) }),
});

/** tfjs's own fails for an axis of one entry. */
defineGradient<{ axis: number }>('Unpack', {
  gradient: (dys, _, { axis }) => ({ value: () => tf.stack([dys].flat(), axis) }),
});

/** As above, for one part. */
defineGradient<{ axis: number }>('SplitV', {
  gradient: (dys, _, { axis }) => ({ x: () => tf.concat([dys].flat(), axis) }),
});

/** tfjs's own adds slices, one a repetition, up to rank 4. */
defineGradient<{ reps: number[] }>('Tile', {
  inputs: ['x'],
  gradient: (dy, saved, { reps }) => {
    const [x] = saved as [tf.Tensor];
    const unrepeat = (slope: tf.Tensor, axis: number) => {
      const repetitions = reps[axis] as number;
      if (repetitions === 1) return slope;
      const [before, after] = [slope.shape.slice(0, axis), slope.shape.slice(axis + 1)];
      const parts = tf.reshape(slope, [sizeOf(before), repetitions, x.shape[axis] as number, sizeOf(after)]);
      return tf.reshape(tf.sum(parts, 1), [...before, x.shape[axis] as number, ...after]);
    };
    return { x: () => reps.reduce((slope, _, axis) => unrepeat(slope, axis), dy as tf.Tensor).clone() };
  },
});

interface MirrorAttrs {
  readonly paddings: readonly (readonly [number, number])[];
  readonly mode: 'reflect' | 'symmetric';
}

/** What is mirrored adds to where it came from; tfjs's own drops it. */
defineGradient<MirrorAttrs>('MirrorPad', {
  inputs: ['x'],
  gradient: (dy, saved, { paddings, mode }) => {
    const [x] = saved as [tf.Tensor];
    const unfold = (slope: tf.Tensor, axis: number) =>
      unmirrored(slope, axis, paddings[axis] as [number, number], x.shape[axis] as number, mode === 'reflect' ? 1 : 0);
    return { x: () => paddings.reduce((slope, _, axis) => unfold(slope, axis), dy as tf.Tensor).clone() };
  },
});

/** Takes the mirrored margins off one axis; `skipped` entries at the edges were not repeated. */
function unmirrored(
  slope: tf.Tensor,
  axis: number,
  [before, after]: readonly [number, number],
  extent: number,
  skipped: number,
): tf.Tensor {
  const part = (start: number, count: number) => {
    const begin = slope.shape.map((_, i) => (i === axis ? start : 0));
    return tf.slice(
      slope,
      begin,
      slope.shape.map((whole, i) => (i === axis ? count : whole)),
    );
  };
  const placed = (start: number, count: number, at: number) => {
    const pads = slope.shape.map((_, i): [number, number] => (i === axis ? [at, extent - at - count] : [0, 0]));
    return tf.pad(tf.reverse(part(start, count), axis), pads);
  };
  let sum = part(before, extent);
  if (before > 0) sum = tf.add(sum, placed(0, before, skipped));
  if (after > 0) sum = tf.add(sum, placed(before + extent, after, extent - skipped - after));
  return sum;
}

defineGradient<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>('DepthToSpace', {
  inputs: ['x'],
  gradient: (dy, saved, { blockSize: b, dataFormat }) => {
    const [x] = saved as [tf.Tensor];
    const slope = dy as tf.Tensor;
    if (dataFormat === 'NCHW') {
      const [n, c, h, w] = x.shape as [number, number, number, number];
      const blocks = tf.reshape(slope, [n * (c / (b * b)), h, b, w, b]);
      // Rank 6 is the most that some engines transpose.
      const moved = tf.reshape(tf.transpose(blocks, [0, 2, 4, 1, 3]), [n, c / (b * b), b * b, h, w]);
      return { x: () => tf.reshape(tf.transpose(moved, [0, 2, 1, 3, 4]), x.shape) };
    }
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const blocks = tf.reshape(slope, [n * h, b, w, b * (c / (b * b))]);
    return { x: () => tf.reshape(tf.transpose(blocks, [0, 2, 1, 3]), x.shape) };
  },
});

defineGradient<StridedSliceAttrs>('StridedSlice', {
  inputs: ['x'],
  gradient: (dy, saved, a) => {
    const [x] = saved as [tf.Tensor];
    const { begin, end, strides } = stridedRanges(x.shape, a);
    const counts = x.shape.map((_, axis) =>
      Math.max(0, Math.ceil(((end[axis] as number) - (begin[axis] as number)) / (strides[axis] as number))),
    );
    if (counts.includes(0)) return { x: () => tf.zerosLike(x) };
    const taken = tf.reshape(dy as tf.Tensor, counts);
    return {
      x: () =>
        x.shape.reduce(
          (slope, extent, axis) => spread(slope, axis, begin[axis] as number, strides[axis] as number, extent),
          taken,
        ),
    };
  },
});

/** Puts the entries of one axis back to where they were read: every `stride` from `begin`, of `extent`. */
function spread(slope: tf.Tensor, axis: number, begin: number, stride: number, extent: number): tf.Tensor {
  const count = slope.shape[axis] as number;
  const step = Math.abs(stride);
  const first = stride > 0 ? begin : begin + (count - 1) * stride;
  const forward = stride > 0 ? slope : tf.reverse(slope, axis);
  const [before, after] = [slope.shape.slice(0, axis), slope.shape.slice(axis + 1)];
  const rows = tf.reshape(forward, [sizeOf(before), count, 1, sizeOf(after)]);
  const spaced = tf.reshape(
    tf.pad(rows, [
      [0, 0],
      [0, 0],
      [0, step - 1],
      [0, 0],
    ]),
    [sizeOf(before), count * step, sizeOf(after)],
  );
  const span = (count - 1) * step + 1;
  const placed = tf.pad(tf.slice(spaced, [0, 0, 0], [-1, span, -1]), [
    [0, 0],
    [first, extent - first - span],
    [0, 0],
  ]);
  return tf.reshape(placed, [...before, extent, ...after]);
}
