import { hostTensor, type Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { mergeGiven, needsPrediction } from './merge-given.js';

const mask: Mask = { width: 4, height: 1, data: Uint8Array.of(0, 5, 255, 3) };
/** Background and objects 3 and 4 at four pixels. */
const prediction = {
  probabilities: hostTensor(Float32Array.of(0.25, 0.25, 0.5, 0.5, 0.5, 0, 0.25, 0.5, 0.25, 0, 0.25, 0.75), [1, 4, 3]),
  labels: [3, 4],
};

describe('mergeGiven', () => {
  it('puts given masks in front of predicted ones, and keeps these where the mask is void', () => {
    const merged = mergeGiven({ mask, labels: [3, 5] }, prediction, [3, 4, 5]);
    expect(merged.shape).toEqual([1, 1, 4, 3]);
    // Object 3 is corrected, 4 is carried on, 5 is new.
    expect([...merged.data]).toEqual([0, 0.5, 0, 0, 0, 1, 0.5, 0.25, 0, 1, 0, 0]);
  });

  it('needs no prediction where everything is new', () => {
    const merged = mergeGiven({ mask, labels: [3, 5] }, undefined, [3, 5]);
    expect([...merged.data]).toEqual([0, 0, 0, 1, 0, 0, 1, 0]);
  });

  it.each([
    ['nothing is known', [3, 5], [], false],
    ['another object is known', [3, 5], [3, 4], true],
    ['there is void', [3, 5], [3], true],
  ])('where %s', (_, labels, known, expected) => {
    expect(needsPrediction({ mask, labels }, known)).toBe(expected);
  });

  it('where all known objects are given without void', () => {
    const full = { ...mask, data: Uint8Array.of(0, 5, 5, 3) };
    expect(needsPrediction({ mask: full, labels: [3, 5] }, [5])).toBe(false);
  });
});
