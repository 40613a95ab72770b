import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTriplets } from '../check/check.js';
import { readFrame, writeFrame } from '../image/frame-file.js';
import { openTripletDataset } from '../triplets/open.js';
import { findExecutable } from '../video/executables.js';
import { openVideo } from '../video/reader.js';
import { type PrepareEvent, type PrepareOptions, prepareTriplets } from './prepare.js';

const run = promisify(execFile);
let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
const size = { width: 64, height: 48 };
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-pix_fmt', 'yuv420p'];

async function ffmpeg(...args: string[]): Promise<void> {
  const { path } = await findExecutable('ffmpeg');
  await run(path, ['-hide_banner', '-v', 'error', '-y', ...args]);
}

const moving = (rate = '25') => ['-f', 'lavfi', '-i', `testsrc2=size=128x96:rate=${rate}`];
const fractal = ['-f', 'lavfi', '-i', 'mandelbrot=size=128x96:rate=25:start_scale=1:end_pts=40'];

const prepare = (output: string, inputs: string[], options: Partial<PrepareOptions> = {}) =>
  prepareTriplets({ inputs, output: at(output), ...options, settings: { size, ...options.settings } });

const records = async (output: string): Promise<Record<string, unknown>[]> =>
  (await readFile(at(output, 'manifest.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Path and content of every file but those in which times or paths stand. */
async function contents(output: string): Promise<Map<string, string>> {
  const names = await readdir(at(output), { recursive: true });
  const files = names.filter((name) => !name.startsWith('.prepare') && /\.(png|txt|jsonl)$/.test(name)).sort();
  return new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(at(output, name), 'base64')] as const)),
  );
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-prepare-'));
  await mkdir(at('videos'));
  await ffmpeg(...moving('30000/1001'), '-t', '0.6', ...h264, at('videos/a.mp4'));
  const cut = '[0]trim=duration=0.4[a];[1]trim=duration=0.4[b];[a][b]concat';
  await ffmpeg(...moving(), ...fractal, '-filter_complex', cut, ...h264, at('videos/b.mp4'));
  await writeFile(
    at('videos/a.mp4.license'),
    'SPDX-FileCopyrightText: 2026 Nobody\n\nSPDX-License-Identifier: CC0-1.0\n',
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('prepareTriplets', () => {
  it('makes a data set that opens and passes the check, with a manifest of exact times', async () => {
    const events: PrepareEvent[] = [];
    const settings = { split: 0.7, license: 'CC-BY-4.0' };
    const report = await prepare('set', [at('videos')], {
      settings,
      tool: 'test 1',
      onEvent: (event) => events.push(event),
    });
    expect(report.sources.map(({ frames, scenes, license }) => [frames, scenes, license])).toEqual([
      [18, 1, 'CC0-1.0'],
      [20, 2, 'CC-BY-4.0'],
    ]);
    const [train, test] = [await openTripletDataset(at('set'), 'train'), await openTripletDataset(at('set'), 'test')];
    expect([train.length, test.length]).toEqual([report.train, report.test]);
    expect(Math.min(train.length, test.length)).toBeGreaterThan(0);
    const { frames } = await train.sample(0);
    expect(frames[0]).toMatchObject(size);
    const check = await checkTriplets(at('set'));
    expect(check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const manifest = await records('set');
    expect(manifest).toHaveLength(report.train + report.test);
    expect(manifest[1]).toMatchObject({
      ...{ name: '00001/0002', source: at('videos/a.mp4'), license: 'CC0-1.0', frames: [3, 4, 5], step: 1 },
      seconds: ['1001/10000', '1001/7500', '1001/6000'],
    });
    // A scene is in one list only.
    const splits = new Map<string, Set<unknown>>();
    for (const { source, scene, split } of manifest) {
      const key = `${source} ${scene}`;
      splits.set(key, (splits.get(key) ?? new Set()).add(split));
    }
    expect([...splits.values()].map((found) => found.size)).toEqual([1, 1, 1]);
    expect(events.filter(({ type }) => type === 'source')).toHaveLength(2);
    expect(events.at(-1)).toEqual({ type: 'progress', stage: 'write', done: manifest.length, total: manifest.length });
    expect(JSON.parse(await readFile(at('set/prepare.json'), 'utf8'))).toMatchObject({
      tool: 'test 1',
      settings: { seed: 1 },
    });
    expect((await readFrame(at('set/contact-sheet.png'))).width).toBeGreaterThan(1000);
  });

  it('writes the frames of the source, scaled', async () => {
    const all = [];
    for await (const { data } of (await openVideo(at('videos/a.mp4'))).frames()) all.push(data);
    const ofFirst = (await records('set')).find(({ source }) => source === at('videos/a.mp4'));
    const written = await readFrame(at('set/sequences', String(ofFirst!.name), 'im2.png'));
    const source = all[(ofFirst!.frames as number[])[1]!]!;
    // Halved frames are near the means of four pixels.
    let error = 0;
    for (let i = 0; i < 64 * 48 * 3; i++) {
      const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 3 / 64)];
      const corner = (2 * y * 128 + 2 * x) * 3 + (i % 3);
      const mean = (source[corner]! + source[corner + 3]! + source[corner + 384]! + source[corner + 387]!) / 4;
      error += Math.abs(mean - written.data[i]!);
    }
    expect(error / (64 * 48 * 3)).toBeLessThan(4);
  });

  it('makes the same with threads, and goes on with what was interrupted', async () => {
    const some = { steps: [1, 2], every: 1, cover: 1.2, max: 30, perSource: 20, split: 0.7 };
    const settings = { ...some, crop: 'random' as const };
    await prepare('inline', [at('videos')], { settings });
    await prepare('threads', [at('videos')], { settings, workers: 2 });
    expect(await contents('threads')).toEqual(await contents('inline'));
    for (const stage of ['analyse', 'write'] as const) {
      const stop = new AbortController();
      const onEvent = (event: PrepareEvent) => {
        if (event.type === 'progress' && event.stage === stage && event.done >= 5) stop.abort(new Error('stopped'));
      };
      const options = { settings, onEvent, signal: stop.signal };
      await expect(prepare('stopped', [at('videos')], options)).rejects.toThrow('stopped');
      expect(await readdir(at('stopped'))).not.toContain('tri_trainlist.txt');
    }
    const first = at('stopped/sequences/00001/0001/im1.png');
    const before = (await stat(first)).mtimeMs;
    const looked: PrepareEvent[] = [];
    await prepare('stopped', [at('videos')], { settings, onEvent: (event) => looked.push(event) });
    expect(looked.filter((event) => event.type === 'progress' && event.stage === 'analyse')).toEqual([]);
    expect((await stat(first)).mtimeMs).toBe(before);
    expect(await contents('stopped')).toEqual(await contents('inline'));
  });

  it('refuses a folder of other settings, sources or files', async () => {
    const again = (settings: object, inputs = [at('videos')]) =>
      prepare('set', inputs, { settings: { split: 0.7, license: 'CC-BY-4.0', ...settings } });
    await expect(again({ seed: 5 })).rejects.toThrow(/begun with other settings: settings\.seed \(was 1, is 5\)/);
    await expect(again({}, [at('videos/a.mp4')])).rejects.toThrow(ConfigError);
    await expect(prepare('videos', [at('videos')])).rejects.toThrow(/holds 3 entries that are not of a run/);
    await utimes(at('videos/b.mp4'), 1, 1);
    await expect(again({})).rejects.toThrow(/sources\.1\.modified/);
  });

  it('only looks in a dry run', async () => {
    const report = await prepare('dry', [at('videos')], { dryRun: true });
    expect(report.train + report.test).toBeGreaterThan(5);
    expect(await readdir(dir)).not.toContain('dry');
  });

  it('goes on without sources that cannot be used, and says why', async () => {
    await mkdir(at('mixed'));
    await writeFile(at('mixed/text.mp4'), 'no video');
    await ffmpeg('-f', 'lavfi', '-i', 'sine', '-t', '0.2', at('mixed/sound.mp4'));
    await ffmpeg(...moving(), '-t', '0.08', ...h264, at('mixed/two.mp4'));
    await ffmpeg('-i', at('videos/a.mp4'), '-vf', 'scale=32:24', ...h264, at('mixed/small.mp4'));
    const bytes = await readFile(at('videos/a.mp4'));
    bytes.fill(0x55, bytes.length >> 2, (bytes.length >> 2) + 3000);
    await writeFile(at('mixed/hurt.mp4'), bytes);
    await ffmpeg('-i', at('videos/a.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at('mixed/turned.mp4'));
    await ffmpeg(...moving(), '-t', '1', '-vf', "select='not(mod(n,2))+lt(n,12)'", ...h264, at('mixed/vfr.mkv'));
    const report = await prepare('partial', [at('mixed'), at('missing.mp4')], { settings: { every: 1 } });
    const outcome = (name: string) => report.sources.find(({ path }) => path.endsWith(name));
    expect(outcome('text.mp4')?.failure).toMatch(/text\.mp4: is damaged, truncated or not a video/);
    expect(outcome('sound.mp4')?.failure).toMatch(/sound\.mp4: holds no video/);
    expect(outcome('two.mp4')?.failure).toMatch(/two\.mp4: a triplet takes three frames, found 2/);
    expect(outcome('small.mp4')?.failure).toMatch(/32 x 24 are too small to cover 64 x 48/);
    expect(outcome('hurt.mp4')?.failure).toMatch(/hurt\.mp4: is (damaged|truncated)/);
    expect(outcome('missing.mp4')?.failure).toMatch(/missing\.mp4: no such file/);
    expect(outcome('turned.mp4')).toMatchObject({ frames: 18 });
    expect(outcome('vfr.mkv')?.taken).toBeGreaterThan(3);
    expect(report.dropped['uneven times']).toBe(1);
    expect((await openTripletDataset(at('partial'), 'train')).length).toBe(report.train);
  });

  it('takes folders of pictures and patterns', async () => {
    let k = 0;
    for await (const frame of (await openVideo(at('videos/a.mp4'))).frames()) {
      if (k < 9) await writeFrame(at('pictures/clip', `${k++}.png`), frame);
    }
    const report = await prepare('of-pictures', [at('pictures'), at('videos/*.mp4')], { settings: { size: 'keep' } });
    expect(report.sources.map(({ path }) => path)).toEqual([
      at('pictures/clip'),
      at('videos/a.mp4'),
      at('videos/b.mp4'),
    ]);
    const [first] = await records('of-pictures');
    expect(first).toMatchObject({ source: at('pictures/clip'), frames: [0, 1, 2], seconds: [null, null, null] });
    const { frames } = await (await openTripletDataset(at('of-pictures'), 'train')).sample(0);
    const [, expected] = await Promise.all([0, 1].map((k) => readFrame(at('pictures/clip', `${k}.png`))));
    expect(frames[1].data).toEqual(expected!.data);
    await expect(prepare('none', [at('nothing-*.mp4')])).rejects.toThrow(/nothing matches/);
  });

  it('names an invalid setting', async () => {
    await expect(prepare('x', [at('videos')], { settings: { split: 2 } })).rejects.toThrow(/prepare\.split/);
    await expect(prepare('x', [at('videos')], { settings: { buckets: [3, 2] } })).rejects.toThrow(/rising limits/);
    await expect(prepare('x', [])).rejects.toThrow(/at least one video/);
  });
});
