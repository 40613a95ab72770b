import { type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { CHANNELS } from '../metrics/samples.js';

/** A frame as a batch of one, [1, H, W, 3] in 0..1. */
export function frameTensor({ data, width, height }: Frame): HostTensor {
  const values = data instanceof Uint8Array ? Float32Array.from(data, (value) => value / 255) : data;
  return hostTensor(values, [1, height, width, CHANNELS]);
}
