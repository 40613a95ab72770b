import { ConfigError, type Frame, type HostTensor, hostTensor, type Mask, ShapeError } from '@vosvfi/core';
import { afterAll, describe, expect, it } from 'vitest';
import { noiseFrame, smallNetwork, smallWeights, stripes } from '../../test/support/small-video.js';
import { createStcnVideoSegmenter } from '../stcn/index.js';
import type { VideoSegmenter } from '../video-segmenter.js';
import { createWindowedSegmenter } from '../window/windowed-segmenter.js';
import { mirrored } from './mirror.js';
import { createViewsSegmenter } from './views-segmenter.js';

const [width, height] = [48, 32];
const frames = [1, 2, 3, 4].map((seed) => noiseFrame(seed, width, height));
const masks = stripes([3, 0, 7], 10, width, height);
const stcn = createStcnVideoSegmenter(smallNetwork, smallWeights, { threads: 1, includeLast: true });

afterAll(() => stcn.dispose());

/** Finds one object with the same probability everywhere, and notes what it is told. */
function constantSegmenter(probability: number, told: HostTensor[] = []): VideoSegmenter {
  return {
    id: `constant ${probability}`,
    start: () => ({
      async step(frame: Frame) {
        const size = frame.width * frame.height;
        const data = Float32Array.from({ length: size * 2 }, (_, i) => (i % 2 === 0 ? 1 - probability : probability));
        const probabilities = hostTensor(data, [frame.height, frame.width, 2]);
        const mask: Mask = { data: new Uint8Array(size), width: frame.width, height: frame.height };
        return { index: 0, mask, probabilities, labels: [4] };
      },
      amend: (probabilities) => void told.push(probabilities),
      reset: () => {},
    }),
    dispose: async () => {},
  };
}

async function run(segmenter: VideoSegmenter, sequence: readonly Frame[] = frames, first = masks) {
  const video = segmenter.start();
  const results = [];
  for (const [index, frame] of sequence.entries()) {
    results.push(await video.step(frame, index === 0 ? { masks: first } : undefined));
  }
  return results;
}

/** Left and right exchanged, pixel by pixel. */
function mirror<T extends { data: ArrayLike<number> }>(picture: T, channels: number): T {
  const data = Uint8Array.from({ length: picture.data.length }, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const x = width - 1 - (pixel % width);
    return picture.data[(pixel - (pixel % width) + x) * channels + c]!;
  });
  return { ...picture, data };
}

describe('mirrored', () => {
  it('finds in a video what the segmenter finds in the mirrored one', async () => {
    const seen = await run(mirrored(stcn));
    const expected = await run(
      stcn,
      frames.map((frame) => mirror(frame, 3)),
      mirror(masks, 1),
    );
    for (const [index, { mask, probabilities, labels }] of seen.entries()) {
      expect(labels).toEqual([3, 7]);
      expect(mask).toEqual(mirror(expected[index]!.mask, 1));
      const [at, from] = [5 * width + 2, 5 * width + width - 3];
      expect([...probabilities.data.slice(at * 3, at * 3 + 3)]).toEqual([
        ...expected[index]!.probabilities.data.slice(from * 3, from * 3 + 3),
      ]);
    }
  });
});

describe('what was found in the last frame', () => {
  it('changes nothing when it is put in its own place', async () => {
    const expected = await run(stcn);
    const video = stcn.start();
    for (const [index, frame] of frames.entries()) {
      const found = await video.step(frame, index === 0 ? { masks } : undefined);
      expect(found.probabilities.data).toEqual(expected[index]!.probabilities.data);
      video.amend!(found.probabilities);
    }
  });

  it('is what the next frame is segmented from', async () => {
    const video = stcn.start();
    await video.step(frames[0]!, { masks });
    const { probabilities } = await video.step(frames[1]!);
    const exchanged = Float32Array.from(probabilities.data, (_, i) => probabilities.data[i + [0, 1, -1][i % 3]!]!);
    video.amend!(hostTensor(exchanged, probabilities.shape));
    const { probabilities: found } = await video.step(frames[2]!);
    expect(found.data).not.toEqual((await run(stcn))[2]!.probabilities.data);
  });

  it('must have its shape', async () => {
    for (const segmenter of [stcn, createWindowedSegmenter(stcn, { shortSide: 32 })]) {
      const video = segmenter.start();
      const wrong = hostTensor(new Float32Array(height * width * 2), [height, width, 2]);
      expect(() => video.amend!(wrong)).toThrow(ShapeError);
      await video.step(frames[0]!, { masks });
      expect(() => video.amend!(wrong)).toThrow(`[${height}, ${width}, 3]`);
    }
  });
});

describe('createViewsSegmenter', () => {
  it('takes the mean of its views and tells them', async () => {
    const [first, second]: [HostTensor[], HostTensor[]] = [[], []];
    const views = createViewsSegmenter([constantSegmenter(0.9, first), constantSegmenter(0.3, second)]);
    const [, found] = await run(views, frames.slice(0, 2));
    expect(found!.probabilities.data[1]).toBeCloseTo(0.6, 6);
    expect(found!.mask.data.every((label) => label === 4)).toBe(true);
    expect([first.length, second.length]).toEqual([1, 1]);
    expect(first[0]).toBe(second[0]);
    expect(first[0]!.data[1]).toBeCloseTo(0.6, 6);
  });

  it('finds the same in a video and in the mirrored one, with a view of each kind', async () => {
    const views = createViewsSegmenter([stcn, mirrored(stcn)]);
    const found = await run(views);
    const other = await run(
      views,
      frames.map((frame) => mirror(frame, 3)),
      mirror(masks, 1),
    );
    const at = (x: number) => (7 * width + x) * 3 + 1;
    for (const [index, { probabilities }] of found.entries()) {
      expect(other[index]!.probabilities.data[at(width - 1 - 20)]).toBeCloseTo(probabilities.data[at(20)]!, 5);
    }
  });

  it('is the view where there is one, and can be amended itself', async () => {
    const expected = await run(stcn);
    const nested = createViewsSegmenter([createViewsSegmenter([stcn])]);
    const found = await run(nested);
    expect(found.map(({ mask }) => mask)).toEqual(expected.map(({ mask }) => mask));
  });

  it('needs views that can be told', () => {
    const { start, ...rest } = constantSegmenter(0.5);
    const deaf = {
      ...rest,
      start: () => {
        const { amend: _, ...segmentation } = start();
        return segmentation;
      },
    };
    expect(() => createViewsSegmenter([deaf]).start()).toThrow('constant 0.5 cannot be told');
    expect(() => createViewsSegmenter([])).toThrow(ConfigError);
  });
});
