import type { Frame, Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { assessMasks } from './assess.js';
import { rejectionSchema } from './settings.js';

const [width, height] = [64, 48];
const frame: Frame = { data: new Uint8Array(width * height * 3).map((_, i) => (i * 7919) % 251), width, height };
const mask = (left: number, top: number, right: number, bottom: number): Mask => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < right && y >= top && y < bottom ? 1 : 0;
  }),
  ...{ width, height },
});
const rules = rejectionSchema.parse({});
const reasons = (...masks: Mask[]) => assessMasks([frame, frame, frame], masks, rules).reasons;

describe('assessMasks', () => {
  const box = mask(10, 10, 40, 30);

  it('accepts masks that stay', () => {
    expect(assessMasks([frame, frame, frame], [box, box, box], rules)).toEqual({
      ...{ areas: [0.1953, 0.1953, 0.1953], overlaps: [1, 1], reasons: [] },
    });
  });

  it('names what is wrong', () => {
    expect(reasons(box, mask(0, 0, 0, 0), box)).toEqual(['empty']);
    expect(reasons(box, box, mask(10, 10, 20, 18))).toEqual(['area-jump', 'low-overlap']);
    expect(reasons(box, mask(30, 12, 60, 32), mask(30, 12, 60, 32))).toEqual(['low-overlap']);
    const all = mask(0, 0, width, height);
    expect(reasons(all, all, all)).toEqual(['covers-all', 'touches-all-sides']);
  });

  it('follows its rules', () => {
    const other = mask(30, 12, 60, 32);
    expect(assessMasks([frame, frame], [box, other], { ...rules, minOverlap: 0 }).reasons).toEqual([]);
    expect(assessMasks([frame, frame], [box, box], { ...rules, maxArea: 0.1 }).reasons).toEqual(['covers-all']);
  });
});
