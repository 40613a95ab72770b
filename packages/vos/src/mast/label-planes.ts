import { type HostTensor, hostTensor, type Mask } from '@vosvfi/core';
import { mastStride } from './config.js';

/** Labels of every fourth pixel, one channel each, the background (whatever is none of `labels`) first: [1, h, w, L + 1]. */
export function labelPlanes({ data, width, height }: Mask, labels: readonly number[]): HostTensor {
  const [rows, columns] = [Math.ceil(height / mastStride), Math.ceil(width / mastStride)];
  const channels = labels.length + 1;
  const planes = new Float32Array(rows * columns * channels);
  for (let place = 0; place < rows * columns; place++) {
    const [row, column] = [Math.floor(place / columns) * mastStride, (place % columns) * mastStride];
    const label = data[row * width + column] as number;
    planes[place * channels + labels.indexOf(label) + 1] = 1;
  }
  return hostTensor(planes, [1, rows, columns, channels]);
}

/**
 * What groups of objects say together. Each group gives probabilities of the background and of its objects, to which the
 * objects of other groups are background: an object is there if its group says so and no other group does. Of a single
 * group nothing changes.
 *
 * Sums below 1 (what was copied from outside the picture) are completed in proportion.
 *
 * @param groups [1, H, W, K_g + 1] each.
 * @returns [H, W, K + 1] that add up to 1, objects in the order of groups.
 */
export function joinGroups(groups: readonly HostTensor[]): HostTensor {
  const [, height, width] = (groups[0] as HostTensor).shape as [number, number, number];
  const channels = groups.reduce((sum, { shape }) => sum + (shape[3] as number) - 1, 1);
  const joined = new Float32Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const start = pixel * channels;
    const backgrounds = groups.map(({ data, shape }) => data[pixel * (shape[3] as number)] as number);
    joined[start] = backgrounds.reduce((product, background) => product * background, 1);
    let channel = start + 1;
    groups.forEach(({ data, shape }, group) => {
      const own = shape[3] as number;
      const others = backgrounds.reduce((product, value, index) => (index === group ? product : product * value), 1);
      for (let object = 1; object < own; object++) joined[channel++] = (data[pixel * own + object] as number) * others;
    });
    complete(joined, start, channels);
  }
  return hostTensor(joined, [height, width, channels]);
}

/** Divides by the sum; where it is 0 (nothing was copied, or groups contradict each other), the background is all. */
function complete(values: Float32Array, start: number, count: number): void {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += values[i] as number;
  if (sum > 0) for (let i = start; i < start + count; i++) values[i] = (values[i] as number) / sum;
  else values[start] = 1;
}
