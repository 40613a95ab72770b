import { type Frame, type HostTensor, ShapeError } from '@vosvfi/core';

/**
 * A frame as a batch of one, [1, H, W, 3] in 0..1.
 * @throws ShapeError if the frame's data do not fit its size.
 */
export function frameToTensor(frame: Frame, subject: string): HostTensor {
  const { data, width, height } = frame;
  if (!(width > 0 && height > 0) || data.length !== width * height * 3) {
    throw new ShapeError(`${subject} data`, `${width} x ${height} x 3 values`, `${data.length}`);
  }
  const values = data instanceof Uint8Array ? Float32Array.from(data, (value) => value / 255) : data;
  return { data: values, shape: [1, height, width, 3], dtype: 'float32' };
}

/** The picture of a [1, H, W, 3] tensor: code values 0..255 if `like` has them, else 0..1. */
export function tensorToFrame({ data, shape }: HostTensor, like: Frame): Frame {
  const [, height, width] = shape as [number, number, number, number];
  const pixels =
    like.data instanceof Uint8Array
      ? Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value * 255))))
      : Float32Array.from(data);
  return { data: pixels, width, height };
}
