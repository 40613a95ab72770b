import { type Frame, type HostTensor, hostTensor, type Mask } from '@vosvfi/core';
import { centredMargins } from '@vosvfi/ops';
import { stcnMultiple } from './config.js';

/** Height and width of a video. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

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

/** The label with the largest probability at each pixel; the earlier one (background first) of equal ones. */
export function largestLabel({ data, shape }: HostTensor, labels: readonly number[]): Mask {
  const [height, width, channels] = shape as [number, number, number];
  const mask = new Uint8Array(height * width);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    let best = 0;
    for (let channel = 1; channel < channels; channel++) {
      if (data[pixel * channels + channel]! > data[pixel * channels + best]!) best = channel;
    }
    mask[pixel] = best === 0 ? 0 : labels[best - 1]!;
  }
  return { data: mask, width, height };
}

/** Channels of [H, W, C] in another order: channel c of the result is channel `order[c]`. */
export function reorderChannels(tensor: HostTensor, order: readonly number[]): HostTensor {
  if (order.every((from, to) => from === to)) return tensor;
  const { data, shape } = tensor;
  const channels = order.length;
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += channels) {
    for (let channel = 0; channel < channels; channel++) result[start + channel] = data[start + order[channel]!]!;
  }
  return hostTensor(result, shape);
}
