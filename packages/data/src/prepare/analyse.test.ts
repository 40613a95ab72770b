import type { Frame } from '@vosvfi/core';
import { MediaError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { greyTexture } from '../../test/grey-texture.js';
import { rational } from '../video/rational.js';
import { analyseSource, isEven } from './analyse.js';
import { type PrepareSettingsInput, parsePrepareSettings } from './settings.js';
import type { FrameSource } from './source.js';

const [width, height] = [128, 80];
const size = { width: 64, height: 40 };

type Colour = readonly [number, number, number];
const grey: Colour = [1, 1, 1];

/** A textured picture moved to the left by `shift`, tinted, its light changed. */
function view(
  seed: number,
  shift: number,
  tint: Colour = grey,
  light: (value: number) => number = (value) => value,
): Frame {
  const { luma } = greyTexture(seed, width, height, shift);
  const data = new Uint8Array(width * height * 3);
  luma.forEach((value, at) => {
    for (let k = 0; k < 3; k++) data[at * 3 + k] = Math.max(0, Math.min(255, light(value) * tint[k]!));
  });
  return { data, width, height };
}

/** Frames with times in units of a 25th of a second. */
function sourceOf(frames: readonly Frame[], places: readonly number[] = frames.map((_, k) => k)): FrameSource {
  return {
    ...{ input: { kind: 'video', path: '/clip.mp4' }, width, height, pixelAspect: rational(1) },
    ...{ length: frames.length, spacing: 1 / 25 },
    async *frames() {
      for (const [index, frame] of frames.entries()) {
        yield { frame, index, seconds: rational(places[index]!, 25), place: places[index]! / 25 };
      }
    },
  };
}

const analyse = (source: FrameSource, settings: PrepareSettingsInput = {}) =>
  analyseSource(source, { settings: parsePrepareSettings({ size, every: 1, ...settings }) });

const pan = (count: number, speed = 3, seed = 1, tint: Colour = grey) =>
  Array.from({ length: count }, (_, k) => view(seed, k * speed, tint));
const framesOf = ({ candidates }: Awaited<ReturnType<typeof analyse>>) =>
  candidates.map(({ frames }) => frames.join(' '));

describe('analyseSource', () => {
  it('finds the triplets of a steady pan, with exact times and the motion in pixels of the written frames', async () => {
    const analysis = await analyse(sourceOf(pan(7)));
    expect(analysis).toMatchObject({ frames: 7, repeats: 0, dropped: {}, scenes: [{ first: 0, last: 6, group: 0 }] });
    expect(framesOf(analysis)).toEqual(['0 1 2', '1 2 3', '2 3 4', '3 4 5', '4 5 6']);
    expect(analysis.candidates[1]).toMatchObject({ times: ['1/25', '2/25', '3/25'], step: 1, scene: 0 });
    // Three pixels of a frame that is written at half the size. Blocks that leave the picture count as resting.
    expect(analysis.candidates[1]!.motion.peak).toBeCloseTo(1.5, 1);
    expect(analysis.candidates[1]!.motion.mean).toBeGreaterThan(1.2);
  });

  it('takes steps, and starts as far apart as asked', async () => {
    const analysis = await analyse(sourceOf(pan(9, 2)), { steps: [1, 3], every: 2 });
    expect(framesOf(analysis)).toEqual(['0 1 2', '2 3 4', '4 5 6', '0 3 6', '6 7 8', '2 5 8']);
  });

  it('never crosses a cut, and knows the view that comes back', async () => {
    const red: Colour = [1, 0.2, 0.1];
    const blue: Colour = [0.1, 0.3, 1];
    const analysis = await analyse(sourceOf([...pan(4, 2, 1, red), ...pan(4, 2, 2, blue), ...pan(4, 2, 1, red)]));
    expect(analysis.scenes).toEqual([
      { first: 0, last: 3, group: 0 },
      { first: 4, last: 7, group: 1 },
      { first: 8, last: 11, group: 0 },
    ]);
    expect(framesOf(analysis)).toEqual(['0 1 2', '1 2 3', '4 5 6', '5 6 7', '8 9 10', '9 10 11']);
    expect(analysis.dropped).toEqual({ 'scene change': 4 });
  });

  it('leaves out repeated frames: animation on twos gives triplets of every other frame', async () => {
    const twos = pan(6).flatMap((frame) => [frame, frame]);
    const analysis = await analyse(sourceOf(twos));
    expect(analysis.repeats).toBe(6);
    expect(framesOf(analysis)).toEqual(['0 2 4', '2 4 6', '4 6 8', '6 8 10']);
  });

  it('takes of 24 in 30 only what is evenly spaced', async () => {
    const film = pan(12);
    const analysis = await analyse(sourceOf(film.flatMap((frame, k) => (k % 4 === 3 ? [frame, frame] : [frame]))));
    expect(analysis.repeats).toBe(3);
    for (const { frames } of analysis.candidates) expect(frames[2] - frames[1]).toBe(frames[1] - frames[0]);
    expect(framesOf(analysis)).toEqual(['0 1 2', '1 2 3', '5 6 7', '6 7 8', '10 11 12', '11 12 13']);
    expect(analysis.dropped).toEqual({ 'uneven times': 4 });
  });

  it('follows the times of a variable rate', async () => {
    const analysis = await analyse(sourceOf(pan(6), [0, 1, 2, 5, 6, 7]));
    expect(framesOf(analysis)).toEqual(['0 1 2', '3 4 5']);
  });

  it.each<[string, Frame[], PrepareSettingsInput]>([
    ['still', [view(1, 0), view(1, 0.4), view(1, 0.8), view(1, 1.2)], {}],
    ['too fast', pan(4, 8), { maxMotion: 3 }],
    ['blank', [0, 8, 16, 24].map((shift) => view(1, shift, grey, (value) => value * 0.06)), {}],
    ['fade', [0, 1, 2, 3].map((k) => view(1, 3 * k, grey, (value) => value * (1 - 0.06 * k))), {}],
    ['blurry', pan(4), { maxBlur: 0.1 }],
  ])('leaves out what is %s', async (reason, frames, settings) => {
    const analysis = await analyse(sourceOf(frames), settings);
    expect(analysis.candidates).toEqual([]);
    expect(analysis.dropped).toEqual({ [reason]: 2 });
  });

  it('names sources that are too short or too small', async () => {
    await expect(analyse(sourceOf(pan(2)))).rejects.toThrow(MediaError);
    await expect(analyse(sourceOf(pan(2)))).rejects.toThrow(/clip\.mp4: a triplet takes three frames, found 2/);
    const large = { size: { width: 448, height: 256 } };
    await expect(analyse(sourceOf(pan(4)), large)).rejects.toThrow(/128 x 80 are too small to cover 448 x 256/);
    expect((await analyse(sourceOf(pan(4)), { ...large, upscale: true })).candidates).toHaveLength(2);
  });
});

describe('isEven', () => {
  it('allows for the rounding of times, not for a missing frame or a long hold', () => {
    expect(isEven([0, 0.033, 0.067], 1, 1 / 30)).toBe(true);
    expect(isEven([0, 1, 3], 1, 1)).toBe(false);
    expect(isEven([0, 4, 8], 1, 1)).toBe(true);
    expect(isEven([0, 5, 10], 1, 1)).toBe(false);
    expect(isEven([0, 8, 16], 2, 1)).toBe(true);
  });
});
