import { type FloatTensor, type Frame, hostTensor } from '@vosvfi/core';

/** A frame as [1, H, W, 3] RGB 0..1; the values of a floating-point frame are not copied. */
export function frameTensor({ data, width, height }: Frame): FloatTensor {
  const values = data instanceof Float32Array ? data : Float32Array.from(data, (value) => value / 255);
  return hostTensor(values, [1, height, width, 3]);
}

/** [1, H, W, 3] RGB 0..1, in the array `into`. */
export function framePixels({ data, width, height }: Frame, into: Float32Array): FloatTensor {
  if (data instanceof Float32Array) into.set(data);
  else for (let i = 0; i < data.length; i++) into[i] = data[i]! / 255;
  return hostTensor(into, [1, height, width, 3]);
}
