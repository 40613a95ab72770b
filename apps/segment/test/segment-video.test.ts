import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Mask, UnsupportedError } from '@vosvfi/core';
import { labelColours, openVideo, probeVideo, rational, readMask, writeMask } from '@vosvfi/data';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SegmentOptions, segmentVideo } from '../src/segment-video.js';
import { type ColourLog, colourSegmenter, height, sceneMask, width, writeFolder, writeVideo } from './scene.js';

let dir: string;
const at = (name: string) => join(dir, name);
const count = 24;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-segment-'));
  await writeFolder(at('frames'), count);
  await writeVideo(at('clip.mp4'), count);
  await writeMask(at('first.png'), sceneMask(0));
  await writeMask(at('tenth.png'), sceneMask(10));
  await writeMask(at('empty.png'), { data: new Uint8Array(width * height), width, height });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function segment(output: string, options: Partial<SegmentOptions> = {}, log?: ColourLog) {
  return segmentVideo({
    ...{ input: at('frames'), output: at(output), masks: at('first.png'), segmenterSettings: { model: 'colour' } },
    openSegmenter: async () => colourSegmenter(log),
    ...options,
  });
}

/** Intersection over union of a label. */
function overlap(first: Mask, second: Mask, label: number): number {
  let [both, either] = [0, 0];
  first.data.forEach((value, pixel) => {
    if (value === label && second.data[pixel] === label) both++;
    if (value === label || second.data[pixel] === label) either++;
  });
  return both / either;
}

describe('segmentVideo', () => {
  it('writes palette masks with the labels of the first, named as the frames', async () => {
    const result = await segment('labels');
    expect(result).toEqual({
      ...{ output: at('labels'), frames: count, width, height, kept: 0, segmented: count },
      objects: [
        { label: 7, frames: count, firstFrame: 0, lastFrame: 23 },
        { label: 200, frames: 20, firstFrame: 0, lastFrame: 19 },
      ],
    });
    const names = await readdir(at('labels'));
    expect(names.sort()).toEqual([...Array.from({ length: count }, (_, n) => `f${n}.png`), 'segmentation.json'].sort());
    const png = decode(await readFile(at('labels/f5.png')));
    expect([png.depth, png.channels, png.palette]).toEqual([8, 1, labelColours.map((colour) => [...colour])]);
    for (const n of [0, 11, 23]) expect(await readMask(at(`labels/f${n}.png`))).toEqual(sceneMask(n));
  });

  it('carries masks of a later frame both ways, or one way', async () => {
    const given = { input: at('clip.mp4'), masks: [{ frame: 10, file: at('tenth.png') }] };
    expect(await segment('both', given)).toMatchObject({ segmented: 14 + 11 });
    await segment('forward', { ...given, direction: 'forward' });
    await segment('backward', { ...given, direction: 'backward' });
    for (const n of [0, 9, 10, 18]) {
      const file = `${String(n).padStart(5, '0')}.png`;
      const [both, forward, backward] = await Promise.all(
        ['both', 'forward', 'backward'].map((name) => readMask(at(`${name}/${file}`), { grey: 'labels' })),
      );
      for (const label of [7, 200]) {
        expect(overlap(both!, sceneMask(n), label)).toBeGreaterThan(0.9);
        expect(overlap(forward!, sceneMask(n), label) > 0.9).toBe(n >= 10);
        expect(overlap(backward!, sceneMask(n), label) > 0.9).toBe(n <= 10);
      }
      expect(forward!.data.some(Boolean)).toBe(n >= 10);
      expect(backward!.data.some(Boolean)).toBe(n <= 10);
    }
  });

  it('takes masks of several frames, by name from a folder', async () => {
    const only = (label: number, n: number): Mask => ({
      ...sceneMask(n),
      data: sceneMask(n).data.map((value) => (value === label ? label : 0)),
    });
    await writeMask(at('given/f0.png'), only(7, 0));
    await writeMask(at('given/f5.png'), only(200, 5));
    const { objects } = await segment('several', { masks: at('given') });
    expect(objects).toEqual([
      { label: 7, frames: count, firstFrame: 0, lastFrame: 23 },
      { label: 200, frames: 15, firstFrame: 5, lastFrame: 19 },
    ]);
    const gone = [
      { frame: 0, file: at('first.png') },
      { frame: 6, file: at('empty.png') },
    ];
    await segment('gone', { masks: gone });
    expect((await readMask(at('gone/f6.png'), { grey: 'labels' })).data.some(Boolean)).toBe(false);
    expect((await readMask(at('gone/f7.png'), { grey: 'labels' })).data.some(Boolean)).toBe(true);
  });

  it('goes on after an interruption, to the masks of a run in one piece', async () => {
    const options = { input: at('clip.mp4'), masks: [{ frame: 10, file: at('tenth.png') }] };
    await segment('whole', options);
    const stop = new AbortController();
    const log = { steps: 0, disposals: 0 };
    const onProgress: SegmentOptions['onProgress'] = (event) => {
      if (event.type === 'progress' && event.done === 18) stop.abort(new Error('stopped'));
    };
    await expect(segment('parts', { ...options, signal: stop.signal, onProgress }, log)).rejects.toThrow('stopped');
    expect(log.disposals).toBe(1);
    const before = await readdir(at('parts'));
    // 14 frames onward; then the tenth again, and three before it.
    expect(before.filter((name) => name.endsWith('.png'))).toHaveLength(17);
    const kept = (await stat(at('parts/00012.png'))).mtimeMs;
    const again = { steps: 0, disposals: 0 };
    expect(await segment('parts', options, again)).toMatchObject({ kept: 17, segmented: 11 });
    expect(again).toEqual({ steps: 11, disposals: 1 });
    expect((await stat(at('parts/00012.png'))).mtimeMs).toBe(kept);
    for (const name of await readdir(at('whole'))) {
      expect(await readFile(at(`parts/${name}`)), name).toEqual(await readFile(at(`whole/${name}`)));
    }
    const third = { steps: 0, disposals: 0 };
    expect(await segment('parts', options, third)).toMatchObject({ kept: count, segmented: 0, frames: count });
    expect(third).toEqual({ steps: 0, disposals: 0 });
  });

  it('refuses a folder of other settings or origin, and replaces it on request', async () => {
    await segment('settings');
    const other = { segmenterSettings: { model: 'other', topK: 3 } };
    await expect(segment('settings', other)).rejects.toThrow(
      /holds masks of other settings: model was colour, is other; topK was not set, is 3\. Name another folder/,
    );
    expect(await segment('settings', { ...other, overwrite: true })).toMatchObject({ kept: 0, segmented: count });
    await writeMask(at('foreign/f3.png'), sceneMask(3));
    await expect(segment('foreign', { overwrite: true })).rejects.toThrow(/holds other PNG files, such as f3\.png/);
    await expect(segment('frames')).rejects.toThrow(/output: is the folder of the frames/);
    expect(await readdir(at('foreign'))).toEqual(['f3.png']);
  });

  it('leaves nothing where the segmenter cannot be opened', async () => {
    const openSegmenter = () => Promise.reject(new Error('no weights'));
    await expect(segment('unopened', { openSegmenter })).rejects.toThrow('no weights');
    await expect(readdir(at('unopened'))).rejects.toThrow('ENOENT');
  });

  it('shows masks over the frames', async () => {
    await segment('shown', { input: at('clip.mp4'), overlay: { file: at('shown.mp4'), crf: 4, preset: 'ultrafast' } });
    const { info, frames } = await openVideo(at('shown.mp4'));
    expect(info.timeline).toMatchObject({ frameRate: rational(25, 2), isConstant: true });
    expect(info.timeline.ticks).toHaveLength(count);
    const { value: first } = await frames().next();
    const pixel = (x: number, y: number) => [...first!.data.slice((y * width + x) * 3, (y * width + x) * 3 + 3)];
    // Label 7 is (128, 128, 128) in the table, the square (220, 30, 30).
    for (const [i, value] of [174, 79, 79].entries()) expect(Math.abs(pixel(7, 9)[i]! - value)).toBeLessThan(12);
    for (const value of pixel(30, 8)) expect(Math.abs(value - 120)).toBeLessThan(8);
    await segment('folder-shown', { overlay: { file: at('slow.mp4'), frameRate: rational(5), preset: 'ultrafast' } });
    expect((await probeVideo(at('slow.mp4'))).timeline.frameRate).toEqual(rational(5));
    await expect(segment('itself', { input: at('clip.mp4'), overlay: { file: at('clip.mp4') } })).rejects.toThrow(
      ConfigError,
    );
  });

  it('names what a video cannot be: of variable rate under an overlay', async () => {
    const info = { ...(await probeVideo(at('clip.mp4'))), timeline: { isConstant: false } };
    const { checkOverlay } = await import('../src/overlay-video.js');
    expect(() => checkOverlay({ info } as Parameters<typeof checkOverlay>[0])).toThrow(UnsupportedError);
  });
});
