import { ConfigError, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { givenObjects } from './given-objects.js';

const size = { width: 3, height: 2 };

function mask(...data: number[]): Mask {
  return { ...size, data: Uint8Array.from(data) };
}

describe('givenObjects', () => {
  it('takes the labels that occur, without background and void', () => {
    expect(givenObjects({ masks: mask(0, 9, 255, 2, 9, 0) }, size, 0)?.labels).toEqual([2, 9]);
  });

  it('takes labels that do not occur, ascending and once', () => {
    const given = { masks: mask(0, 2, 0, 0, 0, 0), labels: [7, 2, 7] };
    expect(givenObjects(given, size, 0)?.labels).toEqual([2, 7]);
  });

  it.each([
    ['nothing', undefined],
    ['an empty mask', { masks: mask(0, 0, 0, 0, 255, 0) }],
    ['no labels', { masks: mask(0, 0, 0, 0, 0, 0), labels: [] }],
  ])('%s defines nothing', (_, given) => {
    expect(givenObjects(given, size, 0)).toBeUndefined();
  });

  it('names what does not fit', () => {
    const wide = { masks: { width: 6, height: 1, data: new Uint8Array(6) } };
    expect(() => givenObjects(wide, size, 4)).toThrow(ShapeError);
    expect(() => givenObjects(wide, size, 4)).toThrow('masks given for frame 4: expected 3 x 2');
    const masks = mask(0, 1, 2, 0, 0, 0);
    for (const labels of [[1, 2, 0], [1, 2, 255], [1.5, 1, 2], [1]]) {
      expect(() => givenObjects({ masks, labels }, size, 4)).toThrow(ConfigError);
    }
    expect(() => givenObjects({ masks, labels: [1] }, size, 4)).toThrow('labels of frame 4: expected every label');
  });
});
