import { describe, expect, it } from 'vitest';
import { resample } from './resample.js';

describe('resample', () => {
  it('keeps what has the size already', () => {
    const data = [3, 1, 4, 1, 5, 9, 2, 6];
    expect([...resample({ data, width: 2, height: 2, channels: 2 }, 2, 2)]).toEqual(data);
  });

  it('averages areas where it shrinks and mixes neighbours where it grows', () => {
    // Triangles of twice the width: 1/8, 3/8, 3/8, 1/8, cut off and normalized at the edges.
    const halved = resample({ data: [0, 8, 16, 24], width: 4, height: 1, channels: 1 }, 2, 1);
    expect([...halved]).toEqual([
      expect.closeTo((3 * 0 + 3 * 8 + 16) / 7, 4),
      expect.closeTo((8 + 3 * 16 + 3 * 24) / 7, 4),
    ]);
    const grown = resample({ data: [0, 8], width: 1, height: 2, channels: 1 }, 1, 4);
    expect([...grown]).toEqual([0, 2, 6, 8]);
  });

  it.each([
    [7, 5, 3, 2],
    [5, 7, 16, 31],
    [9, 1, 4, 6],
  ])('keeps constants and linear ramps, %i x %i to %i x %i', (width, height, toWidth, toHeight) => {
    const data = Float32Array.from({ length: width * height * 2 }, (_, i) =>
      i % 2 === 0 ? 5 : ((i >> 1) % width) + 0.5,
    );
    const result = resample({ data, width, height, channels: 2 }, toWidth, toHeight);
    result.forEach((value, i) => {
      const x = (((i >> 1) % toWidth) + 0.5) * (width / toWidth);
      const isInside = x > 2 && x < width - 2;
      if (i % 2 === 0) expect(value).toBeCloseTo(5, 4);
      else if (isInside && width <= toWidth) expect(value).toBeCloseTo(x, 4);
    });
  });
});
