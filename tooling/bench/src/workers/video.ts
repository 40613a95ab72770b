import type { Frame, HostTensor, Mask } from '@vosvfi/core';

/** Pictures [T, H, W, 3] in 0..1 as the frames of a video. */
export function framesOf({ data, shape }: HostTensor): Frame[] {
  const [count, height, width] = shape as [number, number, number];
  const size = height * width * 3;
  return Array.from({ length: count }, (_, index) => ({
    data: (data as Float32Array).subarray(index * size, (index + 1) * size),
    width,
    height,
  }));
}

/** Planes [.., H, W] of labels as masks. */
export function masksOf({ data, shape }: HostTensor): Mask[] {
  const [height, width] = shape.slice(-2) as [number, number];
  const size = height * width;
  return Array.from({ length: data.length / size }, (_, index) => ({
    data: Uint8Array.from(data.subarray(index * size, (index + 1) * size)),
    width,
    height,
  }));
}
