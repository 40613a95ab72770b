import { type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { centredMargins } from '@vosvfi/ops';
import type { FrameSize } from '../label-map.js';
import { stcnMultiple } from './config.js';

/** [1, H, W, 3] RGB 0..1, in the array `into`. */
export function framePixels({ data, width, height }: Frame, into: Float32Array): HostTensor {
  if (data instanceof Float32Array) into.set(data);
  else for (let i = 0; i < data.length; i++) into[i] = data[i]! / 255;
  return hostTensor(into, [1, height, width, 3]);
}

/** [1, H', W', C] at the padded size to [H, W, C]. */
export function removePadding({ data, shape }: HostTensor, { width, height }: FrameSize): HostTensor {
  const { top, left } = centredMargins(height, width, stcnMultiple);
  const [paddedWidth, channels] = [shape[2]!, shape[3]!];
  const result = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const start = ((y + top) * paddedWidth + left) * channels;
    result.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return hostTensor(result, [height, width, channels]);
}
