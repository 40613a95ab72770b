import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, type Frame, MediaError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readClip } from '../video/clip.js';
import { findExecutable } from '../video/executables.js';
import { openVideo } from '../video/reader.js';
import { type IndexedVideo, indexVideos, listVideos } from '../video/video-index.js';
import { createBatches } from './batches.js';
import { createBrokenFiles } from './broken.js';
import { movingChoices } from './moving-choices.js';
import { createVideoSeries, planVideos } from './video-series.js';

let root: string;
let videos: string;
const at = (name: string) => join(videos, name);

async function ffmpeg(...args: string[]): Promise<void> {
  const { path } = await findExecutable('ffmpeg');
  await promisify(execFile)(path, ['-hide_banner', '-v', 'error', '-y', ...args]);
}

const moving = (size: string, rate: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`, '-t', String(seconds)],
];
const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440'];
const h264 = ['-c:v', 'libx264', '-g', '20', '-bf', '2', '-pix_fmt', 'yuv420p'];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-videos-'));
  videos = join(root, 'videos');
  await mkdir(join(videos, 'deeper'), { recursive: true });
  await ffmpeg(...moving('96x64', '30000/1001', 2), ...h264, at('10.mp4'));
  await ffmpeg(...moving('64x80', '25', 2), ...tone, '-shortest', ...h264, at('9.mkv'));
  await ffmpeg(...moving('80x64', '25', 1), ...h264, '-output_ts_offset', '1.5', at('deeper/late.mp4'));
  await writeFile(at('notes.txt'), 'no video');
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function allFrames(file: string): Promise<Frame[]> {
  const frames = [];
  for await (const frame of (await openVideo(file)).frames()) frames.push(frame);
  return frames;
}

const whole = ({ width, height }: IndexedVideo) => ({ left: 0, top: 0, width, height, size: { width, height } });

describe('readClip', () => {
  it('gives exactly the frames that reading from the start gives', async () => {
    for (const video of await indexVideos(await listVideos(videos))) {
      const frames = await allFrames(video.file);
      expect(video.ticks).toHaveLength(frames.length);
      for (const first of [0, 1, 19, 21, frames.length - 3]) {
        const clip = await readClip(video, { ...whole(video), first, count: 3 });
        clip.forEach(({ data }, k) => {
          const isSame = Buffer.compare(data as Uint8Array, frames[first + k]!.data as Uint8Array) === 0;
          expect(isSame, `${video.file}, frame ${first + k}`).toBe(true);
        });
      }
    }
  });

  it('cuts a window and makes it smaller', async () => {
    const [video] = await indexVideos([at('10.mp4')]);
    const frames = await allFrames(at('10.mp4'));
    const window = { left: 32, top: 20, width: 40, height: 24 };
    const [same] = await readClip(video!, { ...window, size: { width: 40, height: 24 }, first: 5, count: 1 });
    // Chroma is interpolated across the window's border otherwise than inside the whole picture.
    const green = (x: number, y: number) => frames[5]!.data[((y + 20) * 96 + x + 32) * 3 + 1]!;
    for (let y = 4; y < 20; y++) {
      for (let x = 4; x < 36; x++) expect(Math.abs(same!.data[(y * 40 + x) * 3 + 1]! - green(x, y))).toBeLessThan(3);
    }
    const [small] = await readClip(video!, { ...window, size: { width: 20, height: 12 }, first: 5, count: 1 });
    expect(small).toMatchObject({ width: 20, height: 12 });
    const mean = (data: ArrayLike<number>) => Array.from(data).reduce((sum, v) => sum + v, 0) / data.length;
    expect(mean(small!.data)).toBeCloseTo(mean(same!.data), -1);
  });

  it('names a video that is shorter than its index says', async () => {
    const [video] = await indexVideos([at('10.mp4')]);
    await expect(readClip(video!, { ...whole(video!), first: 58, count: 5 })).rejects.toThrow(
      /10\.mp4: expected 5 frames from frame 58 on, found 2/,
    );
  });
});

describe('indexVideos', () => {
  it('lists videos in natural order and keeps what it knows of files that have not changed', async () => {
    const files = await listVideos(videos);
    expect(files).toEqual(['9.mkv', '10.mp4', 'deeper/late.mp4'].map(at));
    const cache = join(root, 'index.json');
    const first = await indexVideos(files, { cache });
    const written = await stat(cache);
    expect(await indexVideos(files, { cache })).toEqual(first);
    expect((await stat(cache)).mtimeMs).toBe(written.mtimeMs);
    // What is in the cache is believed, until the file changes.
    const marked = (await readFile(cache, 'utf8')).replaceAll('"tickSeconds":', '"tickSeconds":1');
    await writeFile(cache, marked);
    expect((await indexVideos(files, { cache }))[0]!.tickSeconds).toBeGreaterThan(1);
    await utimes(files[0]!, new Date(), new Date());
    expect((await indexVideos(files, { cache }))[0]).toEqual(first[0]);
    await writeFile(cache, '[]');
    await expect(indexVideos(files, { cache })).rejects.toThrow(/index\.json: is no index of videos/);
  });

  it('names a file that is no video, or leaves it out', async () => {
    const bad = join(root, 'bad.mp4');
    await writeFile(bad, 'no video');
    await expect(indexVideos([at('notes.txt')])).rejects.toThrow(/notes\.txt: expected a video in which one can seek/);
    await expect(indexVideos([bad])).rejects.toThrow(/bad\.mp4: is damaged/);
    const heard: string[] = [];
    const left = await indexVideos([bad, at('10.mp4')], { onBroken: ({ file }) => heard.push(file) });
    expect(left.map(({ file }) => file)).toEqual([at('10.mp4')]);
    expect(heard).toEqual([bad]);
    await expect(listVideos(join(root, 'none'))).rejects.toThrow(/none: no such folder/);
  });
});

/** A frame with a bright square whose left edge is at `x`, over a grey level. */
function square(x: number, grey = 60): Frame {
  const data = new Uint8Array(48 * 48 * 3).fill(grey);
  for (let y = 16; y < 32; y++) data.fill(250, (y * 48 + x) * 3, (y * 48 + x + 16) * 3);
  return { data, width: 48, height: 48 };
}

const times = (count: number) => Float64Array.from({ length: count }, (_, k) => k);

describe('movingChoices', () => {
  const rules = { t: 0.5, span: [2, 2] } as const;

  it('leaves out cuts, copies and stills', () => {
    const frames = [0, 2, 4, 6, 8, 10].map((x) => square(x));
    expect(movingChoices(frames, times(6), rules)).toHaveLength(4);
    const cut = [...frames.slice(0, 3), square(20, 130), square(22, 130), square(24, 130)];
    expect(movingChoices(cut, times(6), rules)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const copied = [frames[0]!, frames[1]!, frames[1]!, frames[2]!, frames[3]!, frames[4]!];
    expect(movingChoices(copied, times(6), rules)).toEqual([
      [2, 3, 4],
      [3, 4, 5],
    ]);
    expect(movingChoices(new Array<Frame>(6).fill(frames[0]!), times(6), rules)).toEqual([]);
  });

  it('allows any time between, or only what is halfway', () => {
    const frames = [0, 2, 4, 6, 8].map((x) => square(x));
    const any = movingChoices(frames, times(5), { t: 'uniform', span: [3, 4] });
    expect(any).toHaveLength(2 * 2 + 3);
    const uneven = Float64Array.of(0, 1, 3, 4, 5);
    expect(movingChoices(frames, uneven, rules)).toEqual([[2, 3, 4]]);
    expect(movingChoices(frames, uneven, { t: 'uniform', span: [2, 2] })).toHaveLength(3);
  });
});

describe('planVideos', () => {
  it('names what does not fit', async () => {
    const index = await indexVideos(await listVideos(videos));
    const plan = (options: object) => () => planVideos({ seed: 1, videos: index, ...options });
    expect(plan({})).toThrow(/expected frames of 64 x 80, found 96 x 64 in .*10\.mp4/);
    expect(plan({ crop: [80, 32] })).toThrow(/at least 32 x 80, found 96 x 64/);
    expect(plan({ crop: [32, 32], span: [3, 3] })).toThrow(/even number for t 0\.5/);
    expect(plan({ crop: [32, 32], span: [4, 2] })).toThrow(ConfigError);
    expect(plan({ crop: [32, 32], span: [2, 16] })).toThrow(/clipFrames: expected more than the longest span, 16/);
    expect(() => planVideos({ seed: 1, videos: [], crop: [32, 32] })).toThrow(MediaError);
    expect(plan({ shortSide: 32, crop: [32, 32] })().facts.size).toEqual({ width: 32, height: 32 });
  });
});

describe('batches of videos', () => {
  it('hold three frames of a video in order, the same for any number of workers', async () => {
    const index = await indexVideos(await listVideos(videos));
    const few = { samplesPerClip: 3, clips: 2 };
    const plan = planVideos({ seed: 3, videos: index, crop: [32, 24], t: 'uniform', span: [2, 5], ...few });
    const inline = createBatches(plan, { batchSize: 3 });
    const pooled = createBatches(plan, { batchSize: 3, workers: 2 });
    const expected = [];
    for (const step of [0, 1, 2, 3]) expected.push(await inline.batch(step));
    for (const step of [2, 0, 3]) expect(await pooled.batch(step)).toEqual(expected[step]);
    await pooled.dispose();
    expect(expected[0]!.frame0!.shape).toEqual([3, 32, 24, 3]);
    const allTimes = new Set(expected.flatMap(({ t }) => [...t!.data].map((value) => value.toFixed(2))));
    expect(allTimes.size).toBeGreaterThan(3);
    for (const { t, frame0, frameT, frame1 } of expected) {
      for (const value of t!.data) expect(value > 0.1 && value < 0.9).toBe(true);
      expect(frame0!.data).not.toEqual(frameT!.data);
      expect(frame1!.data).not.toEqual(frameT!.data);
    }
  });

  it('take all frames of a sample from one place, at the time they say', async () => {
    const [video] = await indexVideos([at('10.mp4')]);
    const frames = await allFrames(at('10.mp4'));
    const plan = planVideos({ seed: 1, videos: [video!], t: 'uniform', span: [2, 6] });
    const drawn = await createVideoSeries(plan, createBrokenFiles('stop')).draw(0, 12);
    const places = new Set<number>();
    for (const { sample } of drawn) {
      const [first, middle, last] = sample.frames.map(({ data }) =>
        frames.findIndex((frame) => Buffer.compare(frame.data as Uint8Array, data as Uint8Array) === 0),
      ) as [number, number, number];
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last - first).toBeGreaterThanOrEqual(2);
      expect(last - first).toBeLessThanOrEqual(6);
      expect(sample.t).toBeCloseTo((middle - first) / (last - first), 3);
      places.add(first);
    }
    expect(places.size).toBeGreaterThan(6);
  });

  it('end at a damaged video, or take another place', async () => {
    const damaged = join(root, 'damaged.mp4');
    const bytes = await readFile(at('deeper/late.mp4'));
    const index = await indexVideos([at('10.mp4'), at('deeper/late.mp4')]);
    await writeFile(damaged, bytes.fill(7, bytes.length >> 2, bytes.length >> 1));
    const videosWithDamage = [index[0]!, { ...index[1]!, file: damaged }];
    const plan = planVideos({ seed: 1, videos: videosWithDamage, crop: [32, 32], samplesPerClip: 1, clips: 1 });
    const strict = createVideoSeries(plan, createBrokenFiles('stop'));
    await expect(strict.draw(0, 12)).rejects.toThrow(/damaged\.mp4: .*onBrokenSample: skip/);
    const broken = createBrokenFiles('skip');
    const drawn = await createVideoSeries(plan, broken).draw(0, 12);
    expect(drawn.every(({ sample }) => sample.name.startsWith(at('10.mp4')))).toBe(true);
    expect(new Set(broken.take().map(({ file }) => file))).toEqual(new Set([damaged]));
  });

  it('say so when nothing moves', async () => {
    const still = join(root, 'still.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'color=gray:size=64x64:rate=25', '-t', '1', ...h264, still);
    const plan = planVideos({ seed: 1, videos: await indexVideos([still]) });
    await expect(createBatches(plan, { batchSize: 1 }).batch(0)).rejects.toThrow(/no motion between cuts found/);
  });
});
