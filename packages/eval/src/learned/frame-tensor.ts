import { type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { CHANNELS, unitSamples } from '../metrics/samples.js';

/** A frame as a batch of one, [1, H, W, 3] in 0..1. */
export function frameTensor(frame: Frame): HostTensor {
  return hostTensor(unitSamples(frame), [1, frame.height, frame.width, CHANNELS]);
}
