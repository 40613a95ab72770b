import type { Frame, Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { createGeometry } from './geometry.js';
import { resizeFrame, resizeMask } from './resize.js';
import { chooseFrames } from './selection.js';

/** A grey picture of the values. */
function grey(width: number, values: readonly number[]): Frame {
  return { data: Uint8Array.from(values.flatMap((v) => [v, v, v])), width, height: values.length / width };
}

function reds({ data }: Frame): number[] {
  return Array.from(data).filter((_, i) => i % 3 === 0);
}

describe('resizeFrame', () => {
  const ramp = grey(4, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 155]);

  // Values of OpenCV 4.6: cv2.resize of the same array.
  it('is that of OpenCV', () => {
    expect(reds(resizeFrame(ramp, 2, 2, 'area'))).toEqual([25, 45, 105, 126]);
    expect(reds(resizeFrame(ramp, 3, 3, 'area'))).toEqual([12, 25, 38, 62, 75, 88, 112, 125, 140]);
    expect(reds(resizeFrame(ramp, 3, 2, 'bilinear'))).toEqual([22, 35, 48, 102, 115, 130]);
    expect(reds(resizeFrame(ramp, 3, 3, 'bicubic'))).toEqual([6, 20, 34, 61, 75, 88, 116, 130, 147]);
    expect(reds(resizeFrame(ramp, 6, 4, 'bicubic'))).toEqual([
      0, 4, 12, 18, 26, 31, 39, 44, 52, 58, 66, 71, 79, 84, 92, 98, 106, 111, 119, 124, 132, 137, 148, 156,
    ]);
  });

  it('keeps what it does not have to change', () => {
    for (const filter of ['area', 'bilinear', 'bicubic'] as const) {
      expect(reds(resizeFrame(ramp, 4, 4, filter))).toEqual(reds(ramp));
      const flat = grey(3, new Array<number>(9).fill(77));
      expect(new Set(resizeFrame(flat, 7, 2, filter).data)).toEqual(new Set([77]));
    }
  });
});

describe('createGeometry', () => {
  const frame = grey(5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  const mask: Mask = { data: Uint8Array.from(reds(frame)), width: 5, height: 4 };

  it('crops frames and masks in the middle', () => {
    const geometry = createGeometry({ kind: 'center-crop', width: 3, height: 2 });
    expect(reds(geometry.frame(frame))).toEqual([7, 8, 9, 12, 13, 14]);
    expect(Array.from(geometry.mask(mask).data)).toEqual([7, 8, 9, 12, 13, 14]);
    const large = createGeometry({ kind: 'center-crop', width: 6, height: 2 });
    expect(() => large.frame(frame)).toThrow(/at least 6x2, found 5x4/);
  });

  it('shrinks by the mean of whole blocks, rounded up, and never mixes labels', () => {
    const geometry = createGeometry({ kind: 'shrink', factor: 2 });
    expect(reds(geometry.frame(frame))).toEqual([4, 6, 14, 16]);
    expect([geometry.frame(frame).width, geometry.mask(mask).width]).toEqual([2, 2]);
    expect(Array.from(geometry.mask(mask).data).every((label) => mask.data.includes(label))).toBe(true);
    expect(() => createGeometry({ kind: 'shrink', factor: 5 }).frame(frame)).toThrow(/at least 5x5/);
  });

  it('halves as means of 2x2 pixels', () => {
    const even = grey(4, [0, 1, 0, 0, 1, 0, 0, 1, 9, 9, 8, 8, 9, 9, 8, 7]);
    const geometry = createGeometry({ kind: 'resize', width: 2, height: 2, filter: 'area' });
    expect(reds(geometry.frame(even))).toEqual([1, 0, 9, 8]);
    expect(geometry.frame(geometry.frame(even)).width).toBe(2);
    expect(Array.from(resizeMask(mask, 5, 4).data)).toEqual(Array.from(mask.data));
  });
});

describe('chooseFrames', () => {
  const selection = { step: 4, first: 0, order: 'recursive' } as const;

  it('predicts the middle first, then the middles of halves', () => {
    expect(chooseFrames(6, selection).predictions).toEqual([
      { target: 2, from: [0, 4], t: 0.5 },
      { target: 1, from: [0, 2], t: 0.5 },
      { target: 3, from: [2, 4], t: 0.5 },
    ]);
    expect(chooseFrames(6, { ...selection, order: 'direct' }).predictions).toEqual([
      { target: 1, from: [0, 4], t: 0.25 },
      { target: 2, from: [0, 4], t: 0.5 },
      { target: 3, from: [0, 4], t: 0.75 },
    ]);
  });

  it('takes triplets at any distance', () => {
    const { given, predictions } = chooseFrames(10, { step: 2, first: 1, stride: 5, order: 'direct' });
    expect(given).toEqual([1, 3, 6, 8]);
    expect(predictions.map(({ target }) => target)).toEqual([2, 7]);
    expect(chooseFrames(4, { step: 2, first: 0, stride: 1, order: 'direct' }).predictions).toHaveLength(2);
    expect(chooseFrames(2, { step: 2, first: 0, order: 'direct' }).predictions).toEqual([]);
  });

  it('refuses what would not work', () => {
    expect(() => chooseFrames(9, { ...selection, step: 3 })).toThrow(/power of two/);
    expect(() => chooseFrames(9, { ...selection, stride: 2 })).toThrow(/predicted once/);
  });
});
