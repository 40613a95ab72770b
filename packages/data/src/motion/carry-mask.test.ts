import { type Mask, ShapeError } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { overlapAlongMotion } from './carry-mask.js';

it('carries a mask along the motion before it compares', async () => {
  const scene = {
    width: 128,
    height: 96,
    thin: 0,
    objects: [1, 1] as [number, number],
    radius: [0.25, 0.3] as [number, number],
  };
  const [first, , last] = (await createSyntheticDataset({ seed: 7, length: 1, scene, t: 0.5 }).sample(0)).frames;
  const { masks } = await createSyntheticDataset({ seed: 7, length: 1, scene, t: 0.5 }).sample(0);
  const [mask, , other] = masks!;
  const nothing: Mask = { ...mask, data: new Uint8Array(mask.data.length) };
  expect(overlapAlongMotion(first, mask, last, other)).toBeGreaterThan(0.8);
  expect(overlapAlongMotion(first, mask, last, nothing)).toBe(0);
  expect(overlapAlongMotion(first, nothing, last, nothing)).toBe(1);
  expect(() => overlapAlongMotion(first, { ...mask, width: 96, height: 128 }, last, other)).toThrow(ShapeError);
});
