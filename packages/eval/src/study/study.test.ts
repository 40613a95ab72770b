import { createRandom, type Frame, type Mask } from '@vosvfi/core';
import { createSyntheticDataset } from '@vosvfi/data';
import { describe, expect, it, vi } from 'vitest';
import type { SequenceSegmenter } from '../evaluation/segmenter.js';
import {
  blendInterpolator,
  boundaryPsnr,
  edgeError,
  foregroundPsnr,
  jaccard,
  psnr,
  repeatInterpolator,
} from '../index.js';
import { measureMiddleFrames } from './measure.js';
import { meanMetrics, type TestMetrics, testMetrics } from './metrics.js';
import { keptInMemory, sequenceOfFrames, sequenceOfTriplet, type TestSequence } from './sequence.js';
import { shrinkFactor, shrinkFrame, shrinkMask } from './shrink.js';

const sample = await createSyntheticDataset({ seed: 3, length: 1, scene: { height: 48, width: 64 } }).sample(0);
const scene = sequenceOfTriplet(sample);

/** Says that everything brighter than the middle is the object. */
const thresholdSegmenter: SequenceSegmenter = {
  id: 'threshold',
  propagate: async (frames) => {
    const masks: Mask[] = [];
    for await (const { data, width, height } of frames) {
      masks.push({
        width,
        height,
        data: Uint8Array.from({ length: width * height }, (_, i) => (data[3 * i]! > 120 ? 1 : 0)),
      });
    }
    return masks;
  },
};

describe('middle frames', () => {
  it('are compared with the true ones by every metric', async () => {
    const blend = blendInterpolator();
    const metrics = await measureMiddleFrames(scene, blend, { segmenter: thresholdSegmenter, bandRadius: 2 });
    const [made] = (await blend.interpolate(sample.frames[0], sample.frames[2], [0.5])) as [Frame];
    const [truth, mask] = [sample.frames[1], sample.masks![1]];
    const [found] = await thresholdSegmenter.propagate([made], mask);
    expect(metrics.psnr).toBe(psnr(truth, made));
    expect(metrics.foregroundPsnr).toBe(foregroundPsnr(truth, made, mask));
    expect(metrics.boundaryPsnr).toBe(boundaryPsnr(truth, made, mask, 2));
    expect(metrics.edgeError).toBe(edgeError(truth, made));
    expect(metrics.jaccard).toBe(jaccard(mask, found!));
    expect(metrics.jAndF).toBeCloseTo((metrics.jaccard! + metrics.boundary!) / 2, 12);
    expect(Object.keys(metrics)).toEqual([...testMetrics]);
  });

  it('have J and F but no finite PSNR where they are the true ones', async () => {
    const metrics = await measureMiddleFrames(scene, 'truth', { segmenter: thresholdSegmenter });
    expect(metrics).toMatchObject({ psnr: null, boundaryPsnr: null, edgeError: 0 });
    expect(metrics.jaccard).toBeGreaterThan(0);
  });

  it('of a longer sequence are the odd ones with a successor, between true even ones', async () => {
    const random = createRandom(4);
    const frames = Array.from({ length: 6 }, (): Frame => {
      return { data: Uint8Array.from({ length: 16 * 16 * 3 }, () => random.integer(0, 255)), width: 16, height: 16 };
    });
    const interpolate = vi.fn(repeatInterpolator().interpolate);
    const metrics = await measureMiddleFrames(sequenceOfFrames('noise', frames), { id: 'repeat', interpolate });
    const indexOf = (frame: Frame): number => frames.findIndex(({ data }) => data === frame.data);
    expect(interpolate.mock.calls.map(([a, b]) => [indexOf(a), indexOf(b)])).toEqual([
      [0, 2],
      [2, 4],
    ]);
    expect(metrics.psnr).toBeCloseTo((psnr(frames[1]!, frames[0]!) + psnr(frames[3]!, frames[2]!)) / 2, 9);
    expect([metrics.foregroundPsnr, metrics.jAndF]).toEqual([null, null]);
  });

  it('have no J and F without an object in the first frame', async () => {
    const empty: TestSequence = {
      ...scene,
      mask: async (index) =>
        index === 0 ? { width: 64, height: 48, data: new Uint8Array(64 * 48) } : scene.mask(index),
    };
    const metrics = await measureMiddleFrames(empty, repeatInterpolator(), { segmenter: thresholdSegmenter });
    expect(metrics.jAndF).toBeNull();
    expect(metrics.foregroundPsnr).toBeGreaterThan(0);
  });
});

it('pictures kept in memory are read once', async () => {
  const frame = vi.fn(scene.frame);
  const kept = keptInMemory({ ...scene, frame });
  expect(await kept.frame(1)).toBe(await kept.frame(1));
  expect(frame).toHaveBeenCalledOnce();
});

it('means leave out what does not apply', () => {
  const item = (value: number | null): TestMetrics =>
    Object.fromEntries(testMetrics.map((metric) => [metric, value])) as TestMetrics;
  expect(meanMetrics([item(1), item(null), item(Number.POSITIVE_INFINITY), item(3)])).toEqual(item(2));
  expect(meanMetrics([item(null)])).toEqual(item(null));
});

describe('shrinking', () => {
  it('takes the smallest whole factor', () => {
    expect([854, 855, 427, 100].map((width) => shrinkFactor({ width, height: 90 }, 427))).toEqual([2, 3, 1, 1]);
  });

  it('averages blocks and cuts what is left over', () => {
    const data = Uint8Array.from([0, 0, 0, 10, 20, 30, 9, 9, 9, 20, 40, 60, 31, 60, 90, 9, 9, 9]);
    const small = shrinkFrame({ data, width: 3, height: 2 }, 2);
    expect([small.width, small.height, [...small.data]]).toEqual([1, 1, [15, 30, 45]]);
  });

  it('gives a block of a mask the label that it has most', () => {
    const small = shrinkMask({ data: Uint8Array.of(2, 2, 1, 0, 2, 0, 1, 0), width: 4, height: 2 }, 2);
    expect([...small.data]).toEqual([2, 0]);
  });
});
