import { type HostTensor, hostTensor } from '@vosvfi/core';
import { centredMargins } from '@vosvfi/ops';
import type { FrameSize } from '../label-map.js';
import { stcnMultiple } from './config.js';

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

/** [H, W, C] to [1, H', W', C] at the padded size; the padding is all of the first channel, the background. */
export function addPadding({ data, shape }: HostTensor): HostTensor {
  const [height, width, channels] = shape as [number, number, number];
  const { top, left, bottom, right } = centredMargins(height, width, stcnMultiple);
  const [paddedHeight, paddedWidth] = [height + top + bottom, width + left + right];
  const result = new Float32Array(paddedHeight * paddedWidth * channels);
  for (let i = 0; i < result.length; i += channels) result[i] = 1;
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    result.set(row, ((y + top) * paddedWidth + left) * channels);
  }
  return hostTensor(result, [1, paddedHeight, paddedWidth, channels]);
}
