import { createRandom } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational } from '../video/rational.js';
import { cropOf, mapRectangle, scalingOf } from './geometry.js';

describe('scalingOf', () => {
  it('covers the size, keeps the shape, and the crop is inside', () => {
    const side = fc.integer({ min: 16, max: 2000 });
    fc.assert(
      fc.property(side, side, side, side, fc.double({ min: 1, max: 4, noNaN: true }), (w, h, width, height, cover) => {
        const shape = { width: w, height: h, pixelAspect: rational(1) };
        const scaling = scalingOf(shape, { size: { width, height }, cover });
        expect(scaling.width).toBeGreaterThanOrEqual(width);
        expect(scaling.height).toBeGreaterThanOrEqual(height);
        const touch = Math.min(scaling.width / width, scaling.height / height);
        expect(touch).toBeCloseTo(cover, 1);
        // To within the rounding of both sides.
        expect(Math.abs(scaling.width * h - scaling.height * w)).toBeLessThanOrEqual(Math.max(w, h));
        for (const crop of ['centre', 'random'] as const) {
          const part = cropOf(scaling, crop, createRandom(w));
          expect(Math.min(part.left, part.top)).toBeGreaterThanOrEqual(0);
          expect(part.left + part.width).toBeLessThanOrEqual(scaling.width);
          expect(part.top + part.height).toBeLessThanOrEqual(scaling.height);
          const small = mapRectangle(part, scaling, { width: 64, height: 40 });
          expect(small.left + small.width).toBeLessThanOrEqual(64);
          expect(small.top + small.height).toBeLessThanOrEqual(40);
        }
      }),
      { seed: 4 },
    );
  });

  it('makes pixels square, and knows what has to be enlarged', () => {
    const anamorphic = { width: 720, height: 576, pixelAspect: rational(16, 11) };
    expect(scalingOf(anamorphic, { size: { width: 448, height: 256 }, cover: 1 })).toMatchObject({
      ...{ width: 465, height: 256, enlarges: false },
    });
    const small = { width: 100, height: 100, pixelAspect: rational(1) };
    expect(scalingOf(small, { size: { width: 64, height: 64 }, cover: 2 }).enlarges).toBe(true);
    expect(scalingOf(small, { size: 'keep', cover: 1 })).toMatchObject({ width: 100, cropWidth: 100, enlarges: false });
  });
});
