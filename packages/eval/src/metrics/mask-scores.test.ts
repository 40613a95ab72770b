import { ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy, softIou, thresholdedIou } from './mask-scores.js';

const probabilities = Float64Array.of(0.9, 0.5, 0.2, 0);
const region = Uint8Array.of(1, 255, 0, 0);

describe('binaryCrossEntropy', () => {
  it('is the mean over pixels', () => {
    const expected = -(Math.log(0.9) + Math.log(0.5) + Math.log(0.8)) / 4;
    expect(binaryCrossEntropy(probabilities, region)).toBeCloseTo(expected, 14);
  });

  it('charges 100 for a certain and wrong pixel, or ln 1e-7 when clipped', () => {
    expect(binaryCrossEntropy(Float64Array.of(0), Uint8Array.of(1))).toBe(100);
    expect(binaryCrossEntropy(Float64Array.of(1), Uint8Array.of(0))).toBe(100);
    expect(binaryCrossEntropy(Float64Array.of(0), Uint8Array.of(1), 'clipped')).toBeCloseTo(-Math.log(1e-7), 12);
  });

  it('refuses other lengths', () => {
    expect(() => binaryCrossEntropy(probabilities, Uint8Array.of(1))).toThrow(ShapeError);
  });
});

describe('intersection over union', () => {
  it('takes one half as background', () => {
    expect(thresholdedIou(probabilities, region)).toBe(0.5);
    expect(thresholdedIou(Float64Array.of(0), Uint8Array.of(0))).toBe(1);
  });

  it('soft', () => {
    expect(softIou(probabilities, region)).toBeCloseTo(1.4 / 2.2, 14);
    expect(softIou(Float64Array.of(0), Uint8Array.of(0))).toBeNull();
  });
});
