import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Interpolator, MediaError, UnsupportedError } from '@vosvfi/core';
import { probeVideo, rational } from '@vosvfi/data';
import { blendInterpolator } from '@vosvfi/eval';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpolateVideo } from '../src/video.js';
import { audioPackets, ffmpeg, h264, pattern, readAll, tone } from './media.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let dir: string;
const at = (name: string) => join(dir, name);
const openInterpolator = async () => blendInterpolator();
const quick = { preset: 'ultrafast', openInterpolator } as const;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-interpolate-'));
  const sound = [...tone, '-t', '1', '-vf', 'boxblur=4:2', ...h264, '-c:a', 'aac'];
  await ffmpeg(...pattern('30000/1001'), ...sound, '-metadata', 'title=A clip', at('clip.mp4'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('interpolateVideo', () => {
  it.each([2, 3, 4])('times %i: exact count, times, duration, audio packets', async (factor) => {
    const output = at(`out-${factor}.mp4`);
    const result = await interpolateVideo({ ...quick, input: at('clip.mp4'), output, factor, crf: 4 });
    expect(result).toMatchObject({ framesIn: 30, framesOut: factor * 29 + 1, model: 'blend', cutsSeconds: [] });
    const { timeline } = await probeVideo(output);
    expect(timeline).toMatchObject({ isConstant: true, frameRate: rational(30000 * factor, 1001) });
    const frames = await readAll(output);
    expect(frames).toHaveLength(factor * 29 + 1);
    frames.forEach(({ timestampSeconds }, k) => {
      expect(timestampSeconds).toBeCloseTo((k * 1001) / (30000 * factor), 6);
    });
    expect(await audioPackets(output)).toEqual(await audioPackets(at('clip.mp4')));
    // Source frames stand where they stood; those between are blends.
    const source = await readAll(at('clip.mp4'));
    const distance = (first: ArrayLike<number>, second: ArrayLike<number>) =>
      Array.from(first).reduce((sum, value, i) => sum + Math.abs(value - second[i]!), 0) / first.length;
    for (const k of [0, 11, 29]) expect(distance(frames[k * factor]!.data, source[k]!.data)).toBeLessThan(3);
    const blended = source[5]!.data.map((value, i) => value + (source[6]!.data[i]! - value) / factor);
    expect(distance(frames[5 * factor + 1]!.data, blended)).toBeLessThan(3);
  });

  it('can hold the last frame and leave the audio out', async () => {
    const output = at('hold.mkv');
    const result = await interpolateVideo({ ...quick, input: at('clip.mp4'), output, tail: 'hold', audio: false });
    expect(result).toMatchObject({ framesOut: 60, audioStreams: 0 });
    const info = await probeVideo(output);
    expect(info.audio).toEqual([]);
    expect(info.timeline.ticks).toHaveLength(60);
  });

  it('does not mix shots', async () => {
    const shots = [
      '-f',
      'lavfi',
      '-i',
      'color=red:size=48x32:rate=10',
      '-f',
      'lavfi',
      '-i',
      'color=blue:size=48x32:rate=10',
    ];
    const joined = '[0]trim=duration=0.5[a];[1]trim=duration=0.5[b];[a][b]concat';
    await ffmpeg(...shots, '-filter_complex', joined, ...h264, at('shots.mp4'));
    for (const [sceneCut, mixed] of [
      ['hold', 0],
      ['nearest', 0],
      ['interpolate', 1],
    ] as const) {
      const output = at(`shots-${sceneCut}.mp4`);
      const result = await interpolateVideo({ ...quick, input: at('shots.mp4'), output, sceneCut });
      expect(result.cutsSeconds).toEqual(sceneCut === 'interpolate' ? [] : [0.5]);
      const reds = (await readAll(output)).map(({ data }) => data[0]!);
      expect(reds.filter((red) => red > 60 && red < 200)).toHaveLength(mixed);
      expect(reds.filter((red) => red >= 200)).toHaveLength({ hold: 10, nearest: 9, interpolate: 9 }[sceneCut]);
    }
  });

  it('keeps memory flat', async () => {
    await ffmpeg(...pattern('50', '320x180'), '-t', '6', ...h264, at('long.mp4'));
    let [peak, calls] = [0, 0];
    const result = await interpolateVideo({
      ...quick,
      input: at('long.mp4'),
      output: at('long-out.mp4'),
      onProgress: () => {
        // When garbage would be collected by itself is up to the machine's load.
        if (calls++ % 50 > 0) return;
        collectGarbage();
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      },
    });
    expect(calls).toBeGreaterThan(200);
    expect(result.framesOut).toBe(599);
    // All frames together would take 103 MB.
    expect(peak).toBeLessThan(40e6);
  });
});

describe('interpolateVideo on bad input', () => {
  const attempt = async (name: string, extra: object = {}) => {
    const output = join(dir, 'bad', `${name}.mp4`);
    const error = await interpolateVideo({ ...quick, input: at(name), output, ...extra }).catch(
      (cause: unknown) => cause,
    );
    expect(await readdir(join(dir, 'bad')).catch(() => [])).toEqual([]);
    return error;
  };

  it('names a file that is missing, cut off, of variable rate or the output itself', async () => {
    expect(await attempt('none.mp4')).toEqual(
      expect.objectContaining({ message: expect.stringMatching(/no such file/) }),
    );
    const whole = at('whole.mkv');
    await ffmpeg('-i', at('clip.mp4'), '-c', 'copy', whole);
    const bytes = await readFile(whole);
    await writeFile(at('cut.mkv'), bytes.subarray(0, bytes.length >> 1));
    expect(await attempt('cut.mkv')).toBeInstanceOf(MediaError);
    await ffmpeg(...pattern('25'), '-t', '1', '-vf', "select='not(mod(n,3))+eq(n,4)'", ...h264, at('vfr.mkv'));
    const variable = await attempt('vfr.mkv');
    expect(variable).toBeInstanceOf(UnsupportedError);
    expect(variable).toHaveProperty('message', expect.stringMatching(/variable frame rate.*constant rate first/));
    await expect(interpolateVideo({ ...quick, input: at('clip.mp4'), output: at('clip.mp4') })).rejects.toThrow(
      /output: is/,
    );
    for (const [options, path] of [
      [{ factor: 1 }, /factor/],
      [{ crf: 99 }, /video\.crf/],
      [{ cutThreshold: 2 }, /cutThreshold/],
    ] as const) {
      expect(await attempt('clip.mp4', options)).toHaveProperty('message', expect.stringMatching(path));
    }
  });

  it('leaves nothing behind when the interpolator fails or the signal aborts', async () => {
    let isDisposed = false;
    const failing: Interpolator = {
      id: 'failing',
      interpolate: async () => {
        throw new Error('out of luck');
      },
      dispose: async () => {
        isDisposed = true;
      },
    };
    expect(await attempt('clip.mp4', { openInterpolator: async () => failing })).toEqual(new Error('out of luck'));
    expect(isDisposed).toBe(true);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 10) stop.abort(new Error('stopped'));
    };
    expect(await attempt('clip.mp4', { signal: stop.signal, onProgress })).toEqual(new Error('stopped'));
  });
});
