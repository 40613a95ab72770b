import { describe, expect, it } from 'vitest';
import { createSyntheticScene } from '../synthetic/scene.js';
import { defaultCutThreshold, describeFrame, frameDifference } from './scene-cut.js';

const size = { height: 72, width: 128 };

describe('frameDifference', () => {
  it('is small within a shot and large across shots', () => {
    const within: number[] = [];
    const across: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const scene = createSyntheticScene(seed, size);
      const here = describeFrame(scene.render(0).frame);
      within.push(frameDifference(here, describeFrame(scene.render(1).frame)));
      across.push(frameDifference(here, describeFrame(createSyntheticScene(seed + 100, size).render(0).frame)));
    }
    expect(Math.max(...within)).toBeLessThan(defaultCutThreshold);
    expect(across.filter((difference) => difference < defaultCutThreshold).length).toBeLessThanOrEqual(1);
  });

  it('is 0 for equal pictures, and does not depend on the type of samples', () => {
    const { frame } = createSyntheticScene(1, size).render(0);
    const floats = { ...frame, data: Float32Array.from(frame.data, (value) => value / 255) };
    const signature = describeFrame(frame);
    expect(frameDifference(signature, signature)).toBe(0);
    expect(frameDifference(signature, describeFrame(floats))).toBeLessThan(0.1);
    const tiny = describeFrame({ data: Uint8Array.of(1, 2, 3, 200, 100, 50), width: 2, height: 1 });
    expect(frameDifference(tiny, tiny)).toBe(0);
  });
});
