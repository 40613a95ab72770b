import type { GraphAssembler } from '../../graph/builder.js';
import { type StridedSliceAttrs, stridedRanges } from '../../strided-ranges.js';
import * as tf from '../../tf.js';
import { lowering } from '../lowering.js';

interface Operand {
  readonly x: tf.TensorInfo;
}

/** Before the first element, for slices that run backwards: ONNX counts -1 from the end. */
const BEFORE_START = -(2 ** 31);

/** A Slice over the axes that it narrows. */
export function sliceNode(
  graph: GraphAssembler,
  x: string,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): string {
  return graph.node('Slice', [x, graph.int64(starts), graph.int64(ends), graph.int64(axes), graph.int64(steps)]);
}

/** A value turned round along `axes`, which have `extents` entries. */
function reverse(graph: GraphAssembler, x: string, extents: readonly number[], axes: readonly number[]): string {
  const all = (value: number) => axes.map(() => value);
  const starts = extents.map((extent) => extent - 1);
  return sliceNode(graph, x, starts, all(BEFORE_START), axes, all(-1));
}

/** Slices, strides, reversal and padding. */
export const slicingKernels = [
  lowering<Operand, { begin: number | number[]; size: number | number[] }>('Slice', (call, { x }, { begin, size }) => {
    const [starts, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
    const axes = x.shape.flatMap((extent, axis) => (sizes[axis] === extent ? [] : [axis]));
    if (axes.length === 0) return call.same(x);
    const from = axes.map((axis) => starts[axis] as number);
    const to = axes.map((axis) => (starts[axis] as number) + (sizes[axis] as number));
    return call.result(sliceNode(call.graph, call.name(x), from, to, axes));
  }),
  lowering<Operand, StridedSliceAttrs>('StridedSlice', (call, { x }, a) => {
    const info = stridedRanges(x.shape, a);
    const axes = x.shape.map((_, axis) => axis);
    const ends = info.end.map((end, axis) => (end < 0 && (info.strides[axis] as number) < 0 ? BEFORE_START : end));
    const sliced = info.isIdentity
      ? call.name(x)
      : sliceNode(call.graph, call.name(x), info.begin, ends, axes, info.strides);
    return call.result(call.reshape(sliced, info.finalShape));
  }),
  lowering<Operand, { dims: number | number[] }>('Reverse', (call, { x }, { dims }) => {
    const axes = tf.util.parseAxisParam(dims, x.shape);
    if (axes.length === 0 || x.shape.length === 0) return call.same(x);
    const extents = axes.map((axis) => x.shape[axis] as number);
    return call.result(reverse(call.graph, call.name(x), extents, axes));
  }),
  lowering<Operand, { paddings: [number, number][]; constantValue: number }>(
    'PadV2',
    (call, { x }, { paddings, constantValue }) => {
      const dtype = x.dtype as 'float32' | 'int32' | 'bool';
      const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
      const inputs = [call.name(x), call.graph.int64(pads), call.scalar(constantValue, dtype)];
      return call.result(call.graph.node('Pad', inputs));
    },
  ),
  lowering<Operand, { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
    'MirrorPad',
    (call, { x }, { paddings, mode }) => {
      // One Gather of mirrored positions per padded axis: ONNX's Pad has no symmetric mode.
      const value = paddings.reduce((padded, [before, after], axis) => {
        if (before === 0 && after === 0) return padded;
        const positions = mirroredPositions(x.shape[axis] as number, before, after, mode);
        return call.graph.node('Gather', [padded, call.graph.int64(positions)], { axis });
      }, call.name(x));
      return value === call.name(x) ? call.same(x) : call.result(value);
    },
  ),
];

function mirroredPositions(extent: number, before: number, after: number, mode: 'reflect' | 'symmetric'): number[] {
  const edge = mode === 'reflect' ? 0 : 1;
  return Array.from({ length: before + extent + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - edge;
    return at < extent ? at : 2 * (extent - 1) - at + edge;
  });
}
