import * as tf from '@tensorflow/tfjs';
import { positiveAxis } from '../graph/broadcast.js';
import { type StridedSliceAttrs, stridedRanges } from '../strided-ranges.js';
import { type Repair, repaired } from './repair-kernel.js';

/** Takes wrong elements where one axis is shrunk and another one stepped along: cut first, shape afterwards. */
export const stridedSlice = repaired<{ x: tf.Tensor }, StridedSliceAttrs>(
  'StridedSlice',
  ({ x }, attributes, original) => {
    const { begin, end, strides, finalShape } = stridedRanges(x.shape, attributes);
    if (finalShape.includes(0)) return tf.tensor([], finalShape, x.dtype);
    // An end of -1 would count from the back: open ends for what runs to the front.
    const endMask = end.reduce((mask, at, axis) => (at < 0 ? mask | (1 << axis) : mask), 0);
    const masks = { beginMask: 0, endMask, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return tf.reshape(original({ x }, { begin, end, strides, ...masks }), finalShape);
  },
);

/** The same by one gather an axis, for a back-end whose kernel makes floats of everything. */
export const stridedSliceOfAll = repaired<{ x: tf.Tensor }, StridedSliceAttrs>(
  'StridedSlice',
  (inputs, attributes, original) => {
    const { x } = inputs;
    if (x.dtype === 'float32') return stridedSlice.compute(inputs, attributes, original);
    const { begin, end, strides, finalShape } = stridedRanges(x.shape, attributes);
    if (finalShape.includes(0)) return tf.tensor([], finalShape, x.dtype);
    const taken = x.shape.reduce(
      (part, _, axis) =>
        tf.gather(part, tf.range(begin[axis] as number, end[axis] as number, strides[axis] as number, 'int32'), axis),
      x,
    );
    return tf.reshape(taken, finalShape);
  },
);

/** Axes counted from the end are taken for others. */
export const runningKernels = ['Cumsum', 'Cumprod'].map((kernel) =>
  repaired<{ x: tf.Tensor }, { axis: number }>(kernel, ({ x }, attributes, original) =>
    original({ x }, { ...attributes, axis: positiveAxis(attributes.axis, x.rank) }),
  ),
);

interface Choice {
  readonly condition: tf.Tensor;
  readonly t: tf.Tensor;
  readonly e: tf.Tensor;
}

/** The condition of `Select` for every element, where it is given for rows. */
export function elementCondition({ condition, t }: Choice): tf.Tensor {
  if (condition.rank !== 1 || t.rank <= 1) return condition;
  const column = tf.reshape(condition, [-1, ...t.shape.slice(1).map(() => 1)]);
  return tf.logicalAnd(column, tf.ones(t.shape, 'bool'));
}

/** Repeats the first elements of its operands where the condition is given for rows. */
export const select = repaired<Choice, object>('Select', (inputs, attributes, original) =>
  original({ ...inputs, condition: elementCondition(inputs) }, attributes),
);

interface Layout {
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly pad?: unknown;
}

interface Picture {
  readonly x: tf.Tensor4D;
  readonly filter?: tf.Tensor;
  readonly bias?: tf.Tensor;
  readonly preluActivationWeights?: tf.Tensor;
}

/** Picture and attributes that a kernel is called with instead, for the same result. */
type Prepare = (
  x: tf.Tensor4D,
  filter: tf.Tensor,
  attributes: object,
  depthwise: boolean,
) => { readonly x: tf.Tensor4D; readonly attributes: object };

/** Kernels that only know NHWC. */
export function channelsFirstToo(kernel: string, prepare?: Prepare): Repair {
  return repaired<Picture, Layout>(kernel, (inputs, attributes, original) => {
    const last = (x: tf.Tensor4D, layout: object) => {
      if (prepare === undefined) return original({ ...inputs, x }, layout);
      const prepared = prepare(x, inputs.filter as tf.Tensor, layout, kernel.includes('Depthwise'));
      return original({ ...inputs, x: prepared.x }, prepared.attributes);
    };
    if (attributes.dataFormat !== 'NCHW') return last(inputs.x, attributes);
    const { pad } = attributes;
    const moved = Array.isArray(pad) ? [pad[0], pad[2], pad[3], pad[1]] : pad;
    const y = last(tf.transpose(inputs.x, [0, 2, 3, 1]), { ...attributes, dataFormat: 'NHWC', pad: moved });
    return tf.transpose(y, [0, 3, 1, 2]);
  });
}
