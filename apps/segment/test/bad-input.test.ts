import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Mask, MediaError, type ProgressEvent } from '@vosvfi/core';
import { readMask, writeFrame, writeMask } from '@vosvfi/data';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SegmentOptions, segmentVideo } from '../src/segment-video.js';
import { colourSegmenter, height, sceneFrame, sceneMask, width, writeFolder, writeVideo } from './scene.js';

let dir: string;
const at = (name: string) => join(dir, name);
const pixels = width * height;
const maskOf = (data: Uint8Array): Mask => ({ data, width, height });
const grey = (data: Uint8Array, w = width, h = height) => encode({ data, width: w, height: h, depth: 8, channels: 1 });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-bad-masks-'));
  await writeFolder(at('frames'), 6);
  await writeVideo(at('one.mp4'), 1);
  const { data } = sceneMask(0);
  await writeMask(at('palette.png'), sceneMask(0));
  await writeFile(at('labels.png'), grey(data));
  await writeFile(at('binary.png'), grey(data.map((label) => (label === 7 ? 255 : 0))));
  await writeFile(at('soft.png'), grey(Uint8Array.from(data, (label, i) => (label === 7 ? 150 + (i % 100) : i % 30))));
  const red = Uint8Array.from({ length: pixels * 3 }, (_, i) =>
    data[Math.floor(i / 3)] === 7 && i % 3 === 0 ? 128 : 0,
  );
  await writeFile(at('colours.png'), encode({ data: red, width, height, depth: 8, channels: 3 }));
  const paint = red.map((value, i) => (i % 3 === 1 && value === 0 && red[i - 1] === 128 ? 99 : value));
  await writeFile(at('paint.png'), encode({ data: paint, width, height, depth: 8, channels: 3 }));
  await writeFrame(at('photo.jpg'), sceneFrame(0));
  await writeMask(at('empty.png'), maskOf(new Uint8Array(pixels)));
  await writeMask(at('void.png'), maskOf(new Uint8Array(pixels).fill(255, 0, 100)));
  const halved = Uint8Array.from(
    { length: pixels / 4 },
    (_, i) => data[2 * Math.floor(i / 24) * width + 2 * (i % 24)]!,
  );
  await writeMask(at('half.png'), { data: halved, width: 24, height: 16 });
  await writeMask(at('turned.png'), { data, width: height, height: width });
  await writeMask(at('pixel.png'), maskOf(data.map((_, i) => (i === 9 * width + 8 ? 3 : 0))));
  await writeFile(at('torn.png'), (await grey(data)).subarray(0, 60));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let runs = 0;
async function segment(masks: SegmentOptions['masks'], options: Partial<SegmentOptions> = {}) {
  const output = at(`out-${runs++}`);
  const result = await segmentVideo({
    ...{ input: at('frames'), output, masks, segmenterSettings: {}, openSegmenter: async () => colourSegmenter() },
    ...options,
  });
  return { ...result, labels: result.objects.map(({ label }) => label) };
}

describe('kinds of masks', () => {
  it.each([
    ['palette.png', [7, 200]],
    ['labels.png', [7, 200]],
    ['binary.png', [1]],
    ['colours.png', [1]],
  ])('%s gives the labels %j', async (name, labels) => {
    expect((await segment(at(name))).labels).toEqual(labels);
  });

  it('takes soft masks only as what they are', async () => {
    await expect(segment(at('soft.png'))).rejects.toThrow(
      /soft\.png: a mask has at most 64 labels, found .*grey: 'binary'/,
    );
    expect((await segment(at('soft.png'), { maskOptions: { grey: 'binary' } })).labels).toEqual([1]);
    const asLabels = await segment(at('binary.png'), { maskOptions: { grey: 'labels' } }).catch((error) => error);
    expect(asLabels).toMatchObject({ message: expect.stringMatching(/holds no object to follow/) });
  });

  it.each([
    ['paint.png', /paint\.png: colour \(128, 99, 0\) at x 2, y 4 is not of the DAVIS colour table.*palette or grey/],
    ['photo.jpg', /photo\.jpg: is damaged, truncated or not a PNG file/],
    ['torn.png', /torn\.png: is damaged, truncated or not a PNG file/],
    ['none.png', /none\.png: no such file/],
    ['empty.png', /empty\.png: holds no object to follow: only background \(0\) in all 1536 pixels/],
    ['void.png', /void\.png: holds no object to follow: only background \(0\) and void \(255\)/],
    ['half.png', /half\.png: expected 48 x 32 as the frames have, found 24 x 16\. .*resize-mask/],
    ['turned.png', /turned\.png: expected 48 x 32 .* found 32 x 48, which is another shape/],
  ])('refuses %s, and writes nothing', async (name, message) => {
    const before = (await readdir(dir)).sort();
    const failure = await segment(at(name)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MediaError);
    expect(failure).toHaveProperty('message', expect.stringMatching(message));
    expect((await readdir(dir)).sort()).toEqual(before);
  });

  it('scales masks on request, but not to another shape', async () => {
    const { output, labels } = await segment(at('half.png'), { maskOptions: { resize: true } });
    expect(labels).toEqual([7, 200]);
    expect(await readMask(join(output, 'f0.png'))).toEqual(sceneMask(0));
    await expect(segment(at('turned.png'), { maskOptions: { resize: true } })).rejects.toThrow(/another shape/);
  });

  it('warns of objects that are nearly nothing', async () => {
    const events: ProgressEvent[] = [];
    const { objects } = await segment(at('pixel.png'), { onProgress: (event) => events.push(event) });
    expect(events[0]).toEqual({ type: 'warning', message: 'object 3 has 1 pixel in frame 0: it may get lost.' });
    expect(objects[0]).toMatchObject({ label: 3, firstFrame: 0 });
  });
});

describe('frames and masks that do not go together', () => {
  it('segments a video of one frame', async () => {
    const { output, objects } = await segment(at('palette.png'), { input: at('one.mp4') });
    expect(objects.map(({ frames }) => frames)).toEqual([1, 1]);
    expect(await readMask(join(output, '00000.png'))).toEqual(sceneMask(0));
  });

  it('names frames that do not exist or have two masks, and names of no frame', async () => {
    const far = [{ frame: 6, file: at('palette.png') }];
    await expect(segment(far)).rejects.toThrow(/masks: there is one for frame 6, but .*frames has 6 frames, 0 to 5/);
    await expect(segment(far, { input: at('one.mp4') })).rejects.toThrow(/one\.mp4 has 1 frame, number 0/);
    const twice = [
      { frame: 0, file: at('palette.png') },
      { frame: 0, file: at('labels.png') },
    ];
    await expect(segment(twice)).rejects.toThrow(ConfigError);
    await expect(segment([])).rejects.toThrow(/masks: none is given/);
    await writeMask(at('strange/f9.png'), sceneMask(0));
    await expect(segment(at('strange'))).rejects.toThrow(/f9\.png: .* has no frame of this name.* f0 to f5/);
  });

  it('does without a folder or file of frames that is none', async () => {
    await expect(segment(at('palette.png'), { input: at('none.mp4') })).rejects.toThrow(/none\.mp4: no such file/);
    await writeFile(at('text.mp4'), 'no video');
    await expect(segment(at('palette.png'), { input: at('text.mp4') })).rejects.toThrow(MediaError);
  });
});
