import { ConfigError, type HostTensor, hostTensor } from '@vosvfi/core';
import { type GivenObjects, voidLabel } from '../given-objects.js';

/** Labels of the decoder's slots: those of `known`, then new ones in the order of `given`. */
export function withNewObjects(known: readonly number[], given: readonly number[], maxObjects: number): number[] {
  const all = [...known, ...given.filter((label) => !known.includes(label))];
  if (all.length <= maxObjects) return all;
  throw new ConfigError('maxObjects', `expected at least ${all.length}, because that many objects are given.`, {
    hint: `The official network was trained for 10 objects at a time. Found ${maxObjects}.`,
  });
}

/**
 * What the network is told about the objects `labels`: masks [1, H, W, K] of those that are given here, and of the others
 * what was found in the frame before. Void pixels say nothing about given objects.
 *
 * @param before [1, H, W, K'] of the first K' objects.
 */
export function masksToTell(
  { mask, labels: given }: GivenObjects,
  before: HostTensor | undefined,
  labels: readonly number[],
): HostTensor {
  const { data, width, height } = mask;
  const [objects, known] = [labels.length, before?.shape[3] ?? 0];
  const told = new Float32Array(data.length * objects);
  labels.forEach((label, object) => {
    const isGiven = given.includes(label);
    for (let pixel = 0; pixel < data.length; pixel++) {
      const found = object < known ? before!.data[pixel * known + object]! : 0;
      const isTold = isGiven && data[pixel] !== voidLabel;
      told[pixel * objects + object] = isTold ? Number(data[pixel] === label) : found;
    }
  });
  return hostTensor(told, [1, height, width, objects]);
}

/**
 * Probabilities [H, W, K + 1] of background and objects from those [1, H, W, K] of each object on its own: the background is as
 * likely as the likeliest object is unlikely, and all are scaled to the sum 1. So the likeliest object wins where it is above
 * one half.
 */
export function compete({ data, shape }: HostTensor): HostTensor {
  const [, height, width, objects] = shape as [number, number, number, number];
  const result = new Float32Array(height * width * (objects + 1));
  for (let pixel = 0; pixel < height * width; pixel++) {
    let [largest, sum] = [0, 0];
    for (let object = 0; object < objects; object++) {
      const probability = data[pixel * objects + object]!;
      largest = Math.max(largest, probability);
      sum += probability;
    }
    const start = pixel * (objects + 1);
    const scale = 1 / (sum + 1 - largest);
    result[start] = (1 - largest) * scale;
    for (let object = 0; object < objects; object++) {
      result[start + 1 + object] = data[pixel * objects + object]! * scale;
    }
  }
  return hostTensor(result, [height, width, objects + 1]);
}

/** Masks [1, H, W, K] as [H, W, K + 1] with an empty channel for the background. */
export function withBackgroundChannel({ data, shape }: HostTensor): HostTensor {
  const [, height, width, objects] = shape as [number, number, number, number];
  const result = new Float32Array(height * width * (objects + 1));
  for (let pixel = 0; pixel < height * width; pixel++) {
    const start = pixel * objects;
    result.set(data.subarray(start, start + objects), start + pixel + 1);
  }
  return hostTensor(result, [height, width, objects + 1]);
}
