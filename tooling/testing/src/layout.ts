import { type HostTensor, ShapeError, sizeOf, type TensorData } from '@vosvfi/core';

/** `tensor` with axes reordered: axis i of the result is axis `axes[i]` of the input. */
export function permute(tensor: HostTensor, axes: readonly number[]): HostTensor {
  const { shape, data } = tensor;
  if ([...axes].sort((a, b) => a - b).join() !== shape.map((_, i) => i).join()) {
    throw new ShapeError('axes', `an order of ${shape.length} axes`, axes);
  }
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const outShape = axes.map((axis) => shape[axis]!);
  const outStrides = axes.map((axis) => strides[axis]!);
  const out = data.slice() as TensorData;
  const index = new Array<number>(outShape.length).fill(0);
  let source = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[source]!;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      source += outStrides[axis]!;
      if (++index[axis]! < outShape[axis]!) break;
      source -= outStrides[axis]! * outShape[axis]!;
      index[axis] = 0;
    }
  }
  return { data: out, shape: outShape, dtype: tensor.dtype };
}

/** Moves the channel axis of [..., C, H, W] to the end: NCHW to NHWC, also for higher ranks. */
export function toChannelsLast(tensor: HostTensor): HostTensor {
  const lead = tensor.shape.slice(0, -3).map((_, i) => i);
  const rank = tensor.shape.length;
  return permute(tensor, [...lead, rank - 2, rank - 1, rank - 3]);
}

/** Moves the last axis of [..., H, W, C] before height and width: NHWC to NCHW, also for higher ranks. */
export function toChannelsFirst(tensor: HostTensor): HostTensor {
  const lead = tensor.shape.slice(0, -3).map((_, i) => i);
  const rank = tensor.shape.length;
  return permute(tensor, [...lead, rank - 1, rank - 3, rank - 2]);
}

/**
 * Part of a tensor: for every axis [start, stop), where stop may lie beyond the end.
 * @throws ShapeError if the number of axes differs.
 */
export function crop(tensor: HostTensor, ranges: readonly (readonly [number, number])[]): HostTensor {
  const { shape, data } = tensor;
  if (ranges.length !== shape.length) throw new ShapeError('crop', `${shape.length} ranges`, `${ranges.length} ranges`);
  const starts = ranges.map(([start]) => start);
  const outShape = ranges.map(([start, stop], axis) => Math.max(0, Math.min(stop, shape[axis]!) - start));
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const out = data.slice(0, sizeOf(outShape)) as TensorData;
  for (let i = 0; i < out.length; i++) {
    let rest = i;
    let source = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += (starts[axis]! + (rest % outShape[axis]!)) * strides[axis]!;
      rest = Math.floor(rest / outShape[axis]!);
    }
    out[i] = data[source]!;
  }
  return { data: out, shape: outShape, dtype: tensor.dtype };
}
