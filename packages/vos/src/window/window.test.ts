import { createRandom, hostTensor, type Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { cutFrame, pasteProbabilities } from './resample.js';
import { followingWindow, wholePicture, windowAround } from './window.js';

const rules = { fill: 0.5, smallest: 0.25 };
const [width, height] = [120, 60];

function box(left: number, top: number, right: number, bottom: number): Mask {
  const data = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) data.fill(3, y * width + left, y * width + right);
  return { data, width, height };
}

describe('windows', () => {
  it('hold the objects, lie in the picture and have its shape', () => {
    const random = createRandom(1);
    for (let k = 0; k < 50; k++) {
      const [left, top] = [random.integer(0, 100), random.integer(0, 50)];
      const mask = box(left, top, random.integer(left + 1, width), random.integer(top + 1, height));
      const window = windowAround([mask], rules);
      expect(window.width / window.height).toBeCloseTo(2, 6);
      expect(window.width).toBeGreaterThanOrEqual(30);
      expect(Math.min(window.left, window.top)).toBeGreaterThanOrEqual(0);
      expect(window.left + window.width).toBeLessThanOrEqual(width + 1e-9);
      expect(window.top + window.height).toBeLessThanOrEqual(height + 1e-9);
      mask.data.forEach((label, pixel) => {
        if (label === 0) return;
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        expect(x >= Math.floor(window.left) && x + 1 <= Math.ceil(window.left + window.width)).toBe(true);
        expect(y >= Math.floor(window.top) && y + 1 <= Math.ceil(window.top + window.height)).toBe(true);
      });
    }
  });

  it('leave void out and are the whole picture without objects', () => {
    const mask = box(10, 10, 20, 20);
    const empty = { ...mask, data: mask.data.map((label) => (label > 0 ? 255 : 0)) };
    expect(windowAround([empty], rules)).toEqual(wholePicture(mask));
    expect(windowAround([mask, empty], rules)).toEqual(windowAround([mask], rules));
  });

  it('change their size slowly', () => {
    let window = windowAround([box(50, 20, 60, 30)], rules);
    expect(window.width).toBeCloseTo(40, 6);
    const grown = box(40, 10, 70, 40);
    const sizes = Array.from({ length: 20 }, () => {
      window = followingWindow(grown, window, rules);
      return window.width;
    });
    expect(sizes[0]).toBeCloseTo(40 * 3 ** 0.25, 6);
    expect(sizes[19]).toBeGreaterThan(118);
  });
});

describe('cutting and pasting', () => {
  it('keep a ramp of colours and of probabilities in place', () => {
    const data = Float32Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) / width);
    const window = { left: 20.5, top: 10.25, width: 60, height: 30 };
    const to = { width: 40, height: 20 };
    const cut = cutFrame({ data, width, height }, window, to);
    for (let x = 0; x < to.width; x++) {
      expect(cut.data[x * 3]).toBeCloseTo((20.5 + (x + 0.5) * 1.5 - 0.5) / width, 4);
    }
    const pairs = Float32Array.from({ length: 40 * 20 * 2 }, (_, i) => {
      const value = cut.data[Math.floor(i / 2) * 3]!;
      return i % 2 === 0 ? 1 - value : value;
    });
    const pasted = pasteProbabilities(hostTensor(pairs, [20, 40, 2]), window, { width, height });
    for (let x = 0; x < width; x++) {
      const value = pasted.data[(20 * width + x) * 2 + 1]!;
      if (x < 20 || x > 80) expect(value).toBe(0);
      if (x > 22 && x < 79) expect(value).toBeCloseTo(x / width, 3);
    }
  });
});
