import type { HostTensor, Mask } from '@vosvfi/core';

/** Label of pixels that an annotation leaves undecided. */
const VOID_LABEL = 255;

/** The labels of a mask's objects, ascending; neither background nor void is one. */
export function objectLabels(mask: Mask): number[] {
  return [...new Set(mask.data)].filter((label) => label !== 0 && label !== VOID_LABEL).sort((a, b) => a - b);
}

/** A mask as [1, H, W, K], one channel of 0 and 1 for each label. */
export function toChannels(mask: Mask, labels: readonly number[]): HostTensor {
  const count = labels.length;
  const data = new Float32Array(mask.data.length * count);
  mask.data.forEach((label, i) => {
    const channel = labels.indexOf(label);
    if (channel >= 0) data[i * count + channel] = 1;
  });
  return { data, shape: [1, mask.height, mask.width, count], dtype: 'float32' };
}

/** The most probable label of each pixel from [1, H, W, K] probabilities; what is left of 1 is the background's. */
export function fromChannels({ data, shape }: HostTensor, labels: readonly number[]): Mask {
  const [, height, width, count] = shape as [number, number, number, number];
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    let background = 1;
    let best = 0;
    let label = 0;
    for (let k = 0; k < count; k++) {
      const probability = data[i * count + k]!;
      background -= probability;
      if (probability > best) {
        best = probability;
        label = labels[k]!;
      }
    }
    mask[i] = best > background ? label : 0;
  }
  return { data: mask, width, height };
}
