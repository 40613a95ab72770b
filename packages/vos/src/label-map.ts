import { type HostTensor, hostTensor, type Mask } from '@vosvfi/core';

/** Height and width of a video. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** [H, W, 1]: nothing but background. */
export function backgroundOnly({ width, height }: FrameSize): HostTensor {
  return hostTensor(new Float32Array(height * width).fill(1), [height, width, 1]);
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
