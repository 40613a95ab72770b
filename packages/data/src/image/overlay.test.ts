import { ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { drawMask } from './overlay.js';

const [width, height] = [9, 9];
const frame = { data: new Uint8Array(width * height * 3).fill(100), width, height, timestampSeconds: 2 };
const mask = { data: new Uint8Array(width * height), width, height };
for (let y = 2; y < 7; y++) mask.data.fill(1, y * width + 2, y * width + 7);
mask.data[0] = 255;
const at = (data: ArrayLike<number>, x: number, y: number) => [0, 1, 2].map((c) => data[(y * width + x) * 3 + c]);

describe('drawMask', () => {
  it('mixes in the colours of the table, with a contour, and touches nothing else', () => {
    const drawn = drawMask(frame, mask);
    expect(drawn).toMatchObject({ width, height, timestampSeconds: 2 });
    // Label 1 is (128, 0, 0).
    expect(at(drawn.data, 4, 4)).toEqual([114, 50, 50]);
    expect(at(drawn.data, 2, 4)).toEqual([128, 0, 0]);
    for (const [x, y] of [
      [0, 0],
      [1, 4],
      [8, 8],
    ] as const) {
      expect(at(drawn.data, x, y)).toEqual([100, 100, 100]);
    }
    expect(frame.data.every((value) => value === 100)).toBe(true);
  });

  it('takes floats, another opacity, a wider or no contour', () => {
    const floats = { ...frame, data: Float32Array.from(frame.data, (value) => value / 255) };
    expect(at(drawMask(floats, mask, { opacity: 1, contour: 0 }).data, 4, 4)).toEqual([128, 0, 0]);
    expect(at(drawMask(frame, mask, { opacity: 0, contour: 2 }).data, 3, 4)).toEqual([128, 0, 0]);
    expect(at(drawMask(frame, mask, { opacity: 0, contour: 2 }).data, 4, 4)).toEqual([100, 100, 100]);
  });

  it('names sizes that differ', () => {
    expect(() => drawMask(frame, { data: new Uint8Array(4), width: 2, height: 2 })).toThrow(ShapeError);
  });
});
