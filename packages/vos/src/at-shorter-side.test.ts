import { ConfigError, type Frame, hostTensor, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { atShorterSide, reduceMask } from './at-shorter-side.js';
import type { GivenMasks, VideoSegmentation, VideoSegmenter } from './video-segmenter.js';

/** Every pixel where red is over a half is object 7, every pixel where green is, object 200. */
function byColour(seen: { frame: Frame; given: GivenMasks | undefined }[]): VideoSegmenter {
  const step: VideoSegmentation['step'] = async (frame, given) => {
    seen.push({ frame, given });
    const { width, height, data } = frame;
    const pixels = Array.from({ length: width * height }, (_, i) => [data[i * 3]!, data[i * 3 + 1]!] as const);
    const values = Float32Array.from(pixels.flatMap(([red, green]) => [1 - red - green, red, green]));
    const mask = Uint8Array.from(pixels, ([red, green]) => (red > 0.5 ? 7 : green > 0.5 ? 200 : 0));
    const probabilities = hostTensor(values, [height, width, 3]);
    return { index: 0, mask: { data: mask, width, height }, probabilities, labels: [7, 200] };
  };
  return { id: 'by-colour', start: () => ({ step, reset: () => {} }), dispose: async () => {} };
}

/** Left half red, right half green or black. */
function halves(width: number, height: number, right: 'green' | 'black'): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    if (i % width < width / 2) data[i * 3] = 255;
    else if (right === 'green') data[i * 3 + 1] = 255;
  }
  return { data, width, height };
}

describe('atShorterSide', () => {
  it('shows the segmenter smaller frames and gives masks of the full size', async () => {
    const seen: { frame: Frame; given: GivenMasks | undefined }[] = [];
    const segmentation = atShorterSide(byColour(seen), 16).start();
    const { mask, probabilities } = await segmentation.step(halves(64, 48, 'green'));
    expect(seen[0]!.frame).toMatchObject({ width: 21, height: 16 });
    expect(probabilities.shape).toEqual([48, 64, 3]);
    const row = [...mask.data.subarray(64 * 20, 64 * 21)];
    expect(row.filter((label) => label === 7).length).toBeGreaterThanOrEqual(31);
    expect(row.filter((label) => label === 200).length).toBeGreaterThanOrEqual(31);
    expect(row.indexOf(200)).toBeGreaterThan(row.lastIndexOf(7));
  });

  it('leaves small frames as they are', async () => {
    const seen: { frame: Frame; given: GivenMasks | undefined }[] = [];
    const frame = halves(40, 16, 'black');
    await atShorterSide(byColour(seen), 16).start().step(frame);
    expect(seen[0]!.frame).toBe(frame);
  });

  it('keeps given masks exactly, and what they do not define', async () => {
    const seen: { frame: Frame; given: GivenMasks | undefined }[] = [];
    const frame = halves(64, 48, 'green');
    const masks: Mask = { data: new Uint8Array(64 * 48), width: 64, height: 48 };
    // One pixel of object 7, one void pixel where red is.
    masks.data[5] = 7;
    masks.data[6] = 255;
    const { mask } = await atShorterSide(byColour(seen), 16).start().step(frame, { masks });
    expect(seen[0]!.given!.masks.data.filter((label) => label === 7)).toHaveLength(1);
    expect([...mask.data.subarray(4, 8)]).toEqual([0, 7, 7, 0]);
    expect(mask.data.filter((label) => label === 7)).toHaveLength(2);
    expect(mask.data[63]).toBe(200);
    await expect(
      atShorterSide(byColour(seen), 16)
        .start()
        .step(frame, { masks: { ...masks, width: 48, height: 64 } }),
    ).rejects.toThrow(ShapeError);
  });

  it('refuses sides that are too small to see anything', () => {
    expect(() => atShorterSide(byColour([]), 8)).toThrow(ConfigError);
  });
});

describe('reduceMask', () => {
  it('keeps labels, shapes and objects of one pixel', () => {
    const mask: Mask = { data: new Uint8Array(40 * 40), width: 40, height: 40 };
    for (let y = 0; y < 40; y++) mask.data.fill(200, y * 40 + 20, y * 40 + 40);
    mask.data[10 * 40 + 3] = 1;
    const { data } = reduceMask(mask, { width: 10, height: 10 });
    expect([...data.subarray(0, 10)]).toEqual([0, 0, 0, 0, 0, 200, 200, 200, 200, 200]);
    expect([...data].flatMap((label, pixel) => (label === 1 ? [pixel] : []))).toEqual([20]);
  });
});
