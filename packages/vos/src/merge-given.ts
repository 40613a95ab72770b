import { type HostTensor, hostTensor } from '@vosvfi/core';
import { type GivenObjects, voidLabel } from './given-objects.js';

/** Probabilities [H, W, K + 1] of objects that were known before, the background first. */
export interface Prediction {
  readonly probabilities: HostTensor;
  readonly labels: readonly number[];
}

/**
 * Masks [1, H, W, L] of the objects `labels`, to be aggregated: given ones are 0 or 1; objects that are not given keep their
 * prediction, except where a given one is; where the given mask is void, all keep it.
 *
 * @param prediction Undefined where everything is new.
 */
export function mergeGiven(
  { mask, labels: defined }: GivenObjects,
  prediction: Prediction | undefined,
  labels: readonly number[],
): HostTensor {
  const { data, width, height } = mask;
  const channels = labels.length;
  const merged = new Float32Array(data.length * channels);
  const before = prediction?.labels ?? [];
  const source = prediction?.probabilities.data;
  labels.forEach((label, object) => {
    const isGiven = defined.includes(label);
    const from = before.indexOf(label) + 1;
    for (let pixel = 0; pixel < data.length; pixel++) {
      const given = data[pixel]!;
      const predicted = from === 0 ? 0 : source![pixel * (before.length + 1) + from]!;
      const place = pixel * channels + object;
      if (given === voidLabel) merged[place] = predicted;
      else if (isGiven) merged[place] = given === label ? 1 : 0;
      else if (given === 0) merged[place] = predicted;
    }
  });
  return hostTensor(merged, [1, height, width, channels]);
}

/** True if the merged masks depend on what is predicted of the `known` objects. */
export function needsPrediction({ mask, labels }: GivenObjects, known: readonly number[]): boolean {
  if (known.length === 0) return false;
  return known.some((label) => !labels.includes(label)) || mask.data.includes(voidLabel);
}
