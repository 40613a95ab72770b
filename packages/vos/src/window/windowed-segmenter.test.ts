import { ConfigError, type Frame, hostTensor, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import type { GivenMasks, VideoSegmenter } from '../video-segmenter.js';
import { createWindowedSegmenter } from './windowed-segmenter.js';

const [width, height] = [192, 96];

/** A picture with red and blue squares, [left, top, side] each. */
function picture(red: readonly number[], blue?: readonly number[]): { frame: Frame; mask: Mask } {
  const data = new Uint8Array(width * height * 3).fill(90);
  const labels = new Uint8Array(width * height);
  [red, blue].forEach((square, k) => {
    if (square === undefined) return;
    const [left, top, side] = square as [number, number, number];
    for (let y = top; y < Math.min(height, top + side); y++) {
      for (let x = left; x < Math.min(width, left + side); x++) {
        data.set(k === 0 ? [250, 0, 0] : [0, 0, 250], (y * width + x) * 3);
        labels[y * width + x] = k === 0 ? 1 : 5;
      }
    }
  });
  return { frame: { data, width, height }, mask: { data: labels, width, height } };
}

/** Takes red for label 1 and blue for label 5, once they were given; notes what it was shown. */
function colourSegmenter() {
  const shown: { frame: Frame; given: GivenMasks | undefined; redPixels: number }[] = [];
  let disposed = 0;
  const segmenter: VideoSegmenter = {
    id: 'colours',
    start() {
      let labels: number[] = [];
      return {
        async step(frame, given) {
          labels = [...new Set([...labels, ...(given?.labels ?? [])])].sort();
          const channels = labels.length + 1;
          const probabilities = new Float32Array(frame.width * frame.height * channels);
          let redPixels = 0;
          for (let i = 0; i < frame.width * frame.height; i++) {
            const [red, , blue] = frame.data.subarray(i * 3, i * 3 + 3) as unknown as [number, number, number];
            const label = red > 0.6 ? 1 : blue > 0.6 ? 5 : 0;
            redPixels += label === 1 ? 1 : 0;
            probabilities[i * channels + Math.max(0, labels.indexOf(label) + 1)] = 1;
          }
          shown.push({ frame, given, redPixels });
          const shape = [frame.height, frame.width, channels];
          const mask = { data: new Uint8Array(frame.width * frame.height), width: frame.width, height: frame.height };
          return { index: 0, mask, probabilities: hostTensor(probabilities, shape), labels };
        },
        reset() {
          labels = [];
        },
      };
    },
    dispose: async () => {
      disposed += 1;
    },
  };
  return { segmenter, shown, disposals: () => disposed };
}

function overlap(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  a.data.forEach((label, i) => {
    both += label > 0 && label === b.data[i] ? 1 : 0;
    either += label > 0 || b.data[i]! > 0 ? 1 : 0;
  });
  return both / either;
}

describe('createWindowedSegmenter', () => {
  it('shows small objects larger, follows them and gives masks at full size', async () => {
    const { segmenter, shown, disposals } = colourSegmenter();
    const windowed = createWindowedSegmenter(segmenter, { shortSide: 48 });
    const video = windowed.start();
    for (let k = 0; k < 12; k++) {
      const { frame, mask } = picture([10 + 12 * k, 20 + 3 * k, 14]);
      const found = await video.step(frame, k === 0 ? { masks: mask } : undefined);
      expect(found).toMatchObject({ index: k, labels: [1], mask: { width, height } });
      expect(found.probabilities.shape).toEqual([height, width, 2]);
      expect(overlap(found.mask, mask)).toBeGreaterThan(0.7);
      // At half size it would have 49 pixels.
      expect(shown[k]!.redPixels).toBeGreaterThan(120);
      expect(shown[k]!.frame).toMatchObject({ width: 96, height: 48 });
    }
    await windowed.dispose();
    expect(disposals()).toBe(1);
  });

  it('looks at the whole picture until masks are given, and again after objects are lost', async () => {
    const { segmenter, shown } = colourSegmenter();
    const video = createWindowedSegmenter(segmenter, { shortSide: 48 }).start();
    const { frame, mask } = picture([10, 20, 14]);
    const first = await video.step(frame);
    expect(first.labels).toEqual([]);
    expect(new Set(first.mask.data)).toEqual(new Set([0]));
    await video.step(frame, { masks: mask });
    const away = picture([170, 70, 14]);
    const found = [];
    for (let k = 0; k < 10; k++) found.push(await video.step(away.frame));
    expect(new Set(found[0]!.mask.data)).toEqual(new Set([0]));
    expect(overlap(found[9]!.mask, away.mask)).toBeGreaterThan(0.7);
    expect(shown[0]!.redPixels).toBeLessThan(60);
  });

  it('takes objects in at any frame, exactly as given', async () => {
    const { segmenter, shown } = colourSegmenter();
    const video = createWindowedSegmenter(segmenter, { shortSide: 48 }).start();
    await video.step(picture([10, 20, 13]).frame, { masks: picture([10, 20, 13]).mask });
    const { frame, mask } = picture([12, 20, 13], [150, 60, 17]);
    const onlyBlue = { ...mask, data: mask.data.map((label) => (label === 5 ? 5 : 0)) };
    const found = await video.step(frame, { masks: onlyBlue });
    expect(shown[1]!.given).toMatchObject({ labels: [5] });
    expect(found.labels).toEqual([1, 5]);
    found.mask.data.forEach((label, i) => {
      expect(label === 5).toBe(onlyBlue.data[i] === 5);
    });
    expect(overlap(found.mask, mask)).toBeGreaterThan(0.8);
    const next = picture([14, 20, 13], [148, 60, 17]);
    expect(overlap((await video.step(next.frame)).mask, next.mask)).toBeGreaterThan(0.7);
  });

  it('does not enlarge small pictures, and starts anew after a reset', async () => {
    const { segmenter, shown } = colourSegmenter();
    const video = createWindowedSegmenter(segmenter, { fill: 1, smallest: 1 }).start();
    const { frame, mask } = picture([10, 20, 14]);
    const { mask: found } = await video.step(frame, { masks: mask });
    expect(shown[0]!.frame).toMatchObject({ width, height });
    expect(found).toEqual(mask);
    video.reset();
    const small: Frame = { data: new Float32Array(64 * 48 * 3), width: 64, height: 48 };
    expect(await video.step(small)).toMatchObject({ index: 0, labels: [], mask: { width: 64, height: 48 } });
  });

  it('names what does not fit', async () => {
    const { segmenter } = colourSegmenter();
    expect(() => createWindowedSegmenter(segmenter, { fill: 0 })).toThrow(ConfigError);
    expect(() => createWindowedSegmenter(segmenter, { shortSide: 8 })).toThrow(/shortSide/);
    const video = createWindowedSegmenter(segmenter).start();
    const { frame, mask } = picture([10, 20, 14]);
    await video.step(frame);
    const other = { data: new Uint8Array(64 * 48 * 3), width: 64, height: 48 };
    await expect(video.step(other)).rejects.toThrow(ShapeError);
    const turned = { ...mask, width: height, height: width };
    await expect(video.step(frame, { masks: turned })).rejects.toThrow(/given masks of frame 1/);
  });
});
