import { ConfigError } from '@vosvfi/core';
import type { Prediction } from '../evaluation/item.js';
import type { Protocol } from '../evaluation/protocol-schema.js';

/** Which frames of a sequence are shown to contestants, and which are predicted. */
export interface Choice {
  /** Frames of the sequence that the protocol looks at, from the first on. */
  readonly frameCount: number;
  /** Ascending. */
  readonly given: readonly number[];
  /** In the order in which they can be made. */
  readonly predictions: readonly Prediction[];
}

/**
 * Chooses given and predicted frames: groups of `step` + 1 frames start at `first` and every `stride` frames; their first and
 * last frames are given, those between are predicted. Frames that do not fill a group at the end are not used.
 * @param count Frames that the sequence has.
 * @returns no predictions if the sequence is shorter than one group.
 * @throws ConfigError for a recursive order whose step is no power of two, and for groups that would predict a frame twice.
 */
export function chooseFrames(count: number, selection: Protocol['selection']): Choice {
  const { step, first, stride = step, groups = Number.POSITIVE_INFINITY, order } = selection;
  if (order === 'recursive' && !Number.isInteger(Math.log2(step))) {
    throw new ConfigError('selection.step', `the recursive order needs a power of two, found ${step}.`);
  }
  if (stride < step - 1) {
    throw new ConfigError(
      'selection.stride',
      `expected at least ${step - 1}, as frames are predicted once; found ${stride}.`,
    );
  }
  const frameCount = Math.min(count, selection.maxFrames ?? count);
  const given = new Set<number>();
  const predictions: Prediction[] = [];
  for (let start = first, group = 0; start + step < frameCount; start += stride, group++) {
    given.add(start).add(start + step);
    if (group < groups) predictions.push(...predictionsBetween(start, start + step, order));
  }
  return { frameCount, given: [...given].sort((a, b) => a - b), predictions };
}

function predictionsBetween(start: number, end: number, order: 'direct' | 'recursive'): Prediction[] {
  if (end - start < 2) return [];
  if (order === 'direct') {
    return Array.from({ length: end - start - 1 }, (_, i) => ({
      target: start + i + 1,
      from: [start, end],
      t: (i + 1) / (end - start),
    }));
  }
  const middle = (start + end) / 2;
  return [
    { target: middle, from: [start, end], t: 0.5 },
    ...predictionsBetween(start, middle, order),
    ...predictionsBetween(middle, end, order),
  ];
}
