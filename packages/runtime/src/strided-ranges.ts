import { slice_util } from '@tensorflow/tfjs';

/** Attributes of TensorFlow.js's StridedSlice. */
export interface StridedSliceAttrs {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Where a slice of a tensor of `shape` begins, steps and ends on each axis, and what shape it has. */
export function stridedRanges(shape: readonly number[], a: StridedSliceAttrs): ReturnType<typeof slice_util.sliceInfo> {
  return slice_util.sliceInfo(
    [...shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
}
