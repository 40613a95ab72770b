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
