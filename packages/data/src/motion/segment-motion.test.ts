import { ConfigError, type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { segmentMotion } from './segment-motion.js';

function overlap(truth: Mask, found: Mask): number {
  let [both, any] = [0, 0];
  for (let i = 0; i < truth.data.length; i++) {
    if (truth.data[i]! > 0 && found.data[i]! > 0) both++;
    if (truth.data[i]! > 0 || found.data[i]! > 0) any++;
  }
  return any === 0 ? 1 : both / any;
}

const size = { width: 192, height: 128 };
const scene = {
  ...size,
  thin: 0,
  still: 0,
  objects: [1, 2] as [number, number],
  radius: [0.2, 0.3] as [number, number],
};

describe('segmentMotion', () => {
  it('finds objects that move in front of a moving background, alike in all frames', async () => {
    const data = createSyntheticDataset({ seed: 11, length: 4, scene: { ...scene, translation: 0.3 }, t: 0.5 });
    const overlaps: number[] = [];
    for (let index = 0; index < data.length; index++) {
      const { frames, masks } = await data.sample(index);
      const found = segmentMotion(frames);
      found.forEach((mask, k) => {
        expect(new Set(mask.data)).toEqual(new Set([0, 1]));
        overlaps.push(overlap(masks![k]!, mask));
      });
    }
    const mean = overlaps.reduce((sum, one) => sum + one, 0) / overlaps.length;
    expect(mean).toBeGreaterThan(0.6);
  });

  it('marks nothing where only the camera moves, or nothing does', async () => {
    const data = createSyntheticDataset({ seed: 3, length: 1, t: 0.5, scene: { width: 220, height: 150 } });
    const [whole] = (await data.sample(0)).frames;
    const window = (left: number, top: number): Frame => {
      const pixels = new Uint8Array(size.width * size.height * 3);
      for (let y = 0; y < size.height; y++) {
        const start = ((top + y) * whole.width + left) * 3;
        pixels.set(whole.data.subarray(start, start + size.width * 3), y * size.width * 3);
      }
      return { data: pixels, ...size };
    };
    const isEmpty = ({ data: labels }: Mask) => labels.every((label) => label === 0);
    expect(segmentMotion([window(2, 3), window(8, 5), window(15, 6)]).every(isEmpty)).toBe(true);
    expect(segmentMotion([window(2, 3), window(2, 3), window(2, 3)]).every(isEmpty)).toBe(true);
  });

  it('refuses what it cannot use', async () => {
    const data = createSyntheticDataset({ seed: 1, length: 1, scene: size, t: 0.5 });
    const [first] = (await data.sample(0)).frames;
    const other = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64 };
    const tiny = { data: new Uint8Array(16 * 16 * 3), width: 16, height: 16 };
    expect(() => segmentMotion([first])).toThrow(ShapeError);
    expect(() => segmentMotion([first, other])).toThrow('frame 1: expected 192 x 128 as frame 0, found 64 x 64.');
    expect(() => segmentMotion([tiny, tiny])).toThrow(/at least 32 pixels/);
    expect(() => segmentMotion([first, first], { side: 10 })).toThrow(ConfigError);
  });
});
