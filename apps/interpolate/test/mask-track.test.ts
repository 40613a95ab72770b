import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Frame, hostTensor, type Mask, MediaError } from '@vosvfi/core';
import { createVideo, rational, readMask, writeMask } from '@vosvfi/data';
import { blendInterpolator } from '@vosvfi/eval';
import type { GivenMasks, VideoSegmenter } from '@vosvfi/vos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMaskTrack } from '../src/mask-track.js';
import { interpolateVideo, type VideoOptions } from '../src/video.js';

const [width, height] = [32, 16];
let dir: string;
const at = (name: string) => join(dir, name);

/** A bright bar on black, its left edge at `x`. */
function bar(x: number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) if (i % width >= x && i % width < x + 8) data.fill(200, i * 3, i * 3 + 3);
  return { data, width, height };
}

function barMask(x: number, label: number): Mask {
  const inside = (i: number) => i % width >= x && i % width < x + 8;
  return { data: Uint8Array.from({ length: width * height }, (_, i) => (inside(i) ? label : 0)), width, height };
}

/** One step: number of the video, place in it, the frame, what was given. */
type Step = [number, number, Frame, GivenMasks | undefined];

/** What is bright is the object that was given last; at frames with given masks, those. */
function brightSegmenter(steps: Step[] = []): VideoSegmenter {
  let videos = 0;
  return {
    id: 'bright',
    dispose: async () => {},
    start() {
      const video = videos++;
      let [index, label] = [0, 0];
      let labels: readonly number[] = [];
      return {
        reset: () => {},
        async step(frame, given) {
          steps.push([video, index, frame, given]);
          const found = given?.masks.data.find((value) => value > 0 && value < 255);
          label = found ?? label;
          labels = given?.labels ?? (label === 0 ? [] : [label]);
          const bright = Uint8Array.from({ length: width * height }, (_, i) => (frame.data[i * 3]! >= 90 ? label : 0));
          const mask = given?.masks ?? { data: bright, width, height };
          return { index: index++, mask, labels, probabilities: hostTensor(new Float32Array(0), [0]) };
        },
      };
    },
  };
}

const masksIn = async (folder: string) => {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map((name) => readMask(join(folder, name), { grey: 'labels' })));
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-mask-track-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('createMaskTrack', () => {
  it('keeps given masks, and segments made frames by their two neighbours', async () => {
    const steps: Step[] = [];
    const given = new Map([
      [0, barMask(0, 7)],
      [1, barMask(12, 200)],
    ]);
    const track = createMaskTrack(brightSegmenter(steps), given, 2, at('pair'));
    const [first, second, made] = [bar(0), bar(12), Array.from({ length: 5 }, (_, k) => bar(2 * k + 2))];
    await track.add(first, []);
    await track.add(second, made);
    await track.hold(2);
    const masks = await masksIn(at('pair'));
    expect(masks).toHaveLength(9);
    expect([masks[0], ...masks.slice(6)]).toEqual([given.get(0), given.get(1), given.get(1), given.get(1)]);
    expect(masks[2]).toEqual(barMask(4, 200));
    // Memory is made anew for the fifth, so that made frames do not get into it; both neighbours define both objects.
    expect(steps.map(([video, index]) => [video, index])).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((index) => [0, index]),
      ...[0, 1, 2].map((index) => [1, index]),
    ]);
    const labels = [7, 200];
    expect(steps[0]!.slice(2)).toEqual([first, { masks: given.get(0), labels }]);
    expect(steps[1]!.slice(2)).toEqual([second, { masks: given.get(1), labels }]);
    expect(steps[2]!.slice(2)).toEqual([made[0], undefined]);
  });

  it('follows objects through the frames without masks', async () => {
    const steps: Step[] = [];
    const given = new Map([
      [1, barMask(2, 7)],
      [3, barMask(40, 7)],
    ]);
    const track = createMaskTrack(brightSegmenter(steps), given, 5, at('followed'));
    const frames = [bar(0), bar(2), bar(4), bar(6), bar(8)];
    for (const [index, frame] of frames.entries()) await track.add(frame, index === 0 ? [] : [bar(2 * index - 1)]);
    const found = (await masksIn(at('followed'))).map(({ data }) => [data.indexOf(7), data.lastIndexOf(7) % width]);
    // Unknown before frame 1, hidden in frame 3, which is given as empty.
    expect(found).toEqual([
      [-1, -1],
      [1, 8],
      [2, 9],
      [3, 10],
      [4, 11],
      [5, 12],
      [-1, -1],
      [7, 14],
      [8, 15],
    ]);
    const hidden = steps.find(([video, index]) => video === 0 && index === 3)!;
    expect(hidden[3]).toEqual({ masks: given.get(3), labels: [7] });
  });

  it('gives frames that stand in at a cut their own masks, without a network', async () => {
    const steps: Step[] = [];
    const given = new Map([
      [0, barMask(0, 1)],
      [1, barMask(20, 2)],
    ]);
    const track = createMaskTrack(brightSegmenter(steps), given, 2, at('cut'));
    const [before, after] = [bar(0), bar(20)];
    await track.add(before, []);
    await track.add(after, [before, after, after]);
    const [a, b] = [given.get(0), given.get(1)];
    expect(await masksIn(at('cut'))).toEqual([a, a, b, b, b]);
    expect(steps).toEqual([]);
  });
});

describe('interpolateVideo with masks', () => {
  beforeAll(async () => {
    const writer = await createVideo(at('clip.mp4'), { width, height, frameRate: rational(10), preset: 'ultrafast' });
    for (let n = 0; n < 4; n++) await writer.write(bar(2 * n));
    await writer.finish();
    await writeMask(at('first.png'), barMask(0, 7));
    await writeMask(at('small.png'), { data: new Uint8Array(8), width: 4, height: 2 });
    await writeMask(at('late/4.png'), barMask(0, 7));
  });

  const run = (name: string, given: string, extra: Partial<VideoOptions> = {}) =>
    interpolateVideo({
      ...{ input: at('clip.mp4'), output: at(`${name}.mp4`), preset: 'ultrafast' },
      openInterpolator: async () => blendInterpolator(),
      masks: { given: at(given), output: at(`${name}-masks`), openSegmenter: async () => brightSegmenter() },
      ...extra,
    });

  it.each([
    ['end', 10],
    ['hold', 12],
  ] as const)('writes a mask for every frame (tail: %s)', async (tail, framesOut) => {
    const result = await run(tail, 'first.png', { factor: 3, tail });
    expect(result).toMatchObject({ framesOut, masks: at(`${tail}-masks`) });
    const masks = await masksIn(at(`${tail}-masks`));
    expect(masks).toHaveLength(framesOut);
    for (const [n, mask] of masks.entries()) {
      const expected = barMask(2 * Math.min(3, Math.round(n / 3)), 7);
      const wrong = mask.data.filter((label, i) => label !== expected.data[i]);
      expect(wrong.length, String(n)).toBeLessThanOrEqual(3 * height);
    }
  });

  it('leaves neither video nor masks where something is wrong', async () => {
    await expect(run('small', 'small.png')).rejects.toThrow(/small\.png: expected 32 x 16 as the frames have/);
    await expect(run('late', 'late')).rejects.toThrow(/4\.png: .*clip\.mp4 has no frame of this name.*00000 to 00003/);
    await expect(run('none', 'none')).rejects.toThrow(MediaError);
    await run('used', 'first.png');
    await expect(run('used', 'first.png')).rejects.toThrow(ConfigError);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('stopped'));
    await expect(run('stopped', 'first.png', { signal: stop.signal, onProgress })).rejects.toThrow('stopped');
    const names = await readdir(dir);
    expect(names.filter((name) => /^\.|small\.mp4|late\.|none|stopped/.test(name))).toEqual([]);
  });
});
