import { type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { CHANNELS } from '../metrics/samples.js';

/** Whole numbers of 8-bit frames in 0..1. */
const units = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** A frame as a batch of one, [1, H, W, 3] in 0..1. */
export function frameTensor({ data, width, height }: Frame): HostTensor {
  const shape = [1, height, width, CHANNELS];
  if (!(data instanceof Uint8Array)) return hostTensor(data, shape);
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = units[data[i]!]!;
  return hostTensor(values, shape);
}
