import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError, type Frame, MediaError, ShapeError } from '@vosvfi/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findExecutable } from './executables.js';
import { probeVideo } from './probe.js';
import { parseRational, rational } from './rational.js';
import { openVideo } from './reader.js';
import { describeTimeline } from './timeline.js';
import { createVideo } from './writer.js';

const run = promisify(execFile);
let dir: string;
const at = (name: string) => join(dir, name);

async function ffmpeg(...args: string[]): Promise<void> {
  const { path } = await findExecutable('ffmpeg');
  await run(path, ['-hide_banner', '-v', 'error', '-y', ...args]);
}

/** Time and hash of every audio packet. */
async function audioPackets(file: string): Promise<string[]> {
  const { path } = await findExecutable('ffprobe');
  const args = ['-v', 'error', '-select_streams', 'a', '-show_data_hash', 'md5'];
  const { stdout } = await run(path, [...args, '-show_entries', 'packet=pts_time,data_hash', '-of', 'csv=p=0', file]);
  return stdout.trim().split('\n');
}

async function collect(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const all = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

const pattern = (rate: string, size = '48x32') => ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}`];
const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const bt709 = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-video-'));
  const soft = ['-vf', 'boxblur=4:2'];
  await ffmpeg(...pattern('30000/1001'), ...tone, '-t', '1', ...soft, ...h264, ...bt709, '-c:a', 'aac', at('ntsc.mp4'));
  await ffmpeg(...pattern('25', '160x120'), '-t', '2', ...h264, '-movflags', '+faststart', at('whole.mp4'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('findExecutable', () => {
  it('takes the variable first, then PATH, then the npm package', async () => {
    vi.stubEnv('FFPROBE_PATH', '');
    const own = at('my-ffmpeg');
    await copyFile('/bin/sh', own);
    vi.stubEnv('FFMPEG_PATH', own);
    expect(await findExecutable('ffmpeg')).toEqual({ path: own, origin: 'environment' });
    vi.stubEnv('FFMPEG_PATH', '');
    await mkdir(at('bin'));
    await copyFile('/bin/sh', at('bin/ffprobe'));
    vi.stubEnv('PATH', at('bin'));
    expect(await findExecutable('ffprobe')).toEqual({ path: at('bin/ffprobe'), origin: 'path' });
    expect(await findExecutable('ffmpeg')).toMatchObject({ origin: 'npm' });
  });

  it('names a variable that leads nowhere', async () => {
    vi.stubEnv('FFPROBE_PATH', at('nothing'));
    await expect(findExecutable('ffprobe')).rejects.toThrow(EnvironmentError);
    await expect(findExecutable('ffprobe')).rejects.toThrow(/FFPROBE_PATH is ".*nothing", which is not an executable/);
  });
});

describe('probeVideo', () => {
  it('tells size, rate, times, colour and audio', async () => {
    const info = await probeVideo(at('ntsc.mp4'));
    expect(info).toMatchObject({
      ...{ width: 48, height: 32, rotation: 0, codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8 },
      colour: { matrix: 'bt709', range: 'tv', primaries: 'bt709', transfer: 'bt709' },
      audio: [{ codec: 'aac', channels: 1, sampleRate: 44100 }],
    });
    expect(info.timeline).toMatchObject({ isConstant: true, frameRate: rational(30000, 1001) });
    expect(info.timeline.ticks).toHaveLength(30);
  });

  it('knows a constant rate from files that round times to milliseconds, and a variable one', async () => {
    await ffmpeg('-i', at('ntsc.mp4'), '-c', 'copy', at('ntsc.mkv'));
    const { timeline } = await probeVideo(at('ntsc.mkv'));
    expect(timeline).toMatchObject({ isConstant: true, frameRate: rational(30000, 1001) });
    const jitter = Float64Array.of(0, 40, 80, 150, 190);
    expect(describeTimeline(jitter, rational(1, 1000), [rational(25)])).toMatchObject({ isConstant: false });
    expect(describeTimeline(jitter, rational(1, 1000), []).frameRate).toEqual(rational(400, 19));
  });

  it.each([
    ['missing', undefined, /no such file/],
    ['text', 'no video', /is damaged, truncated or not a video/],
    ['empty', '', /is damaged, truncated or not a video/],
  ])('names a file that is %s', async (name, content, message) => {
    const file = at(`${name}.mp4`);
    if (content !== undefined) await writeFile(file, content);
    await expect(probeVideo(file)).rejects.toThrow(MediaError);
    await expect(probeVideo(file)).rejects.toThrow(message);
  });

  it('names a file with nothing but audio', async () => {
    await ffmpeg(...tone, '-t', '0.2', at('tone.wav'));
    await expect(probeVideo(at('tone.wav'))).rejects.toThrow(/tone\.wav: holds no video/);
  });
});

describe.each(['path', 'npm'])('frames through ffmpeg from %s', (origin) => {
  const setUp = () => {
    if (origin !== 'npm') return;
    for (const name of ['FFMPEG_PATH', 'FFPROBE_PATH']) vi.stubEnv(name, '');
    vi.stubEnv('PATH', at('nothing-here'));
  };

  it('have the exact times and count', async () => {
    setUp();
    const frames = await collect((await openVideo(at('ntsc.mp4'))).frames());
    expect(frames).toHaveLength(30);
    frames.forEach(({ timestampSeconds, data }, k) => {
      expect(timestampSeconds).toBeCloseTo((k * 1001) / 30000, 9);
      expect(data).toHaveLength(48 * 32 * 3);
    });
  });

  it('are not repeated for a variable rate', async () => {
    const script = "select='not(mod(n,3))+eq(n,4)'";
    await ffmpeg(...pattern('25'), '-t', '1', '-vf', script, ...h264, at('vfr.mkv'));
    setUp();
    const reader = await openVideo(at('vfr.mkv'));
    expect(reader.info.timeline.isConstant).toBe(false);
    const times = (await collect(reader.frames())).map(({ timestampSeconds }) => Math.round(timestampSeconds! * 25));
    expect(times).toEqual([0, 3, 4, 6, 9, 12, 15, 18, 21, 24]);
  });

  it('come back from a round trip with size, rate, colour, audio packets and pixels kept', async () => {
    setUp();
    const reader = await openVideo(at('ntsc.mp4'));
    const { info } = reader;
    const { width, height, colour } = info;
    const target = at(`copy-${origin}.mp4`);
    const frameRate = info.timeline.frameRate;
    const writer = await createVideo(target, { width, height, frameRate, colour, source: info, crf: 1 });
    for await (const frame of reader.frames()) await writer.write(frame);
    await writer.finish();
    const copy = await openVideo(target);
    expect(copy.info.colour).toEqual(colour);
    expect(copy.info.timeline).toMatchObject({ isConstant: true, frameRate });
    expect(await audioPackets(target)).toEqual(await audioPackets(at('ntsc.mp4')));
    const before = await collect(reader.frames());
    const after = await collect(copy.frames());
    expect(after).toHaveLength(before.length);
    let error = 0;
    before.forEach(({ data }, k) => {
      for (let i = 0; i < data.length; i++) error += Math.abs(data[i]! - after[k]!.data[i]!);
    });
    // What halving the chroma once more loses.
    expect(error / before.length / (48 * 32 * 3)).toBeLessThan(2);
  });

  it.each(['bt709', 'smpte170m', 'bt2020nc'])('keep their colours in %s', async (matrix) => {
    setUp();
    const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 250, 200, 30];
    for (const range of ['tv', 'pc'] as const) {
      const target = at(`colour-${origin}-${matrix}-${range}.mp4`);
      const colour = { matrix, range, primaries: undefined, transfer: undefined };
      const writer = await createVideo(target, { width: 64, height: 16, frameRate: rational(5), colour, crf: 1 });
      const data = new Uint8Array(64 * 16 * 3);
      for (let i = 0; i < data.length; i++) data[i] = colours[((Math.floor(i / 3) % 64) >> 4) * 3 + (i % 3)]!;
      await writer.write({ data, width: 64, height: 16 });
      await writer.finish();
      const reader = await openVideo(target);
      expect(reader.info.colour).toMatchObject({ matrix, range });
      const [frame] = await collect(reader.frames());
      for (let block = 0; block < 4; block++) {
        for (let k = 0; k < 3; k++) {
          const value = frame!.data[(8 * 64 + block * 16 + 8) * 3 + k]!;
          expect(Math.abs(value - colours[block * 3 + k]!)).toBeLessThanOrEqual(4);
        }
      }
    }
  });
});

describe('openVideo', () => {
  it('turns frames upright and gives the displayed size', async () => {
    const left = "geq=lum='if(lt(X,24),255,0)':cb=128:cr=128";
    const film = ['-f', 'lavfi', '-i', 'color=size=48x32:rate=10', '-t', '0.3', '-vf', left];
    await ffmpeg(...film, ...h264, at('flat.mp4'));
    await ffmpeg('-i', at('flat.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at('turned.mp4'));
    const reader = await openVideo(at('turned.mp4'));
    expect(reader.info).toMatchObject({ width: 32, height: 48 });
    expect(reader.info.rotation % 180).toBe(90);
    const [frame] = await collect(reader.frames());
    expect(frame).toMatchObject({ width: 32, height: 48 });
    const rows = [4, 44].map((y) => frame!.data[(y * 32 + 16) * 3]!);
    expect(Math.abs(rows[0]! - rows[1]!)).toBeGreaterThan(200);
  });

  it('ends with a MediaError when the file is cut off', async () => {
    await ffmpeg('-i', at('whole.mp4'), '-c', 'copy', at('whole.mkv'));
    for (const name of ['whole.mp4', 'whole.mkv']) {
      const bytes = await readFile(at(name));
      await writeFile(at(`cut-${name}`), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      await expect(openVideo(at(`cut-${name}`))).rejects.toThrow(MediaError);
      await expect(openVideo(at(`cut-${name}`))).rejects.toThrow(/cut-whole\.\w+: is truncated/);
    }
  });

  it('reports damage inside the stream, unless told to conceal it', async () => {
    const bytes = await readFile(at('whole.mp4'));
    const start = Math.floor(bytes.length / 2);
    for (let i = 0; i < 400; i++) bytes[start + i] = (i * 37) & 255;
    await writeFile(at('hurt.mp4'), bytes);
    await expect(openVideo(at('hurt.mp4')).then((reader) => collect(reader.frames()))).rejects.toThrow(
      /hurt\.mp4: is damaged/,
    );
    const reader = await openVideo(at('hurt.mp4'), { damage: 'conceal' });
    expect((await collect(reader.frames())).length).toBeGreaterThan(40);
  });

  it('scales frames down to a longest side', async () => {
    const size = { width: 24, height: 16 };
    const [whole] = await collect((await openVideo(at('ntsc.mp4'))).frames());
    const [small] = await collect((await openVideo(at('ntsc.mp4'), { longestSide: 24 })).frames());
    expect(small).toMatchObject({ ...size, timestampSeconds: 0 });
    let error = 0;
    small!.data.forEach((value, i) => {
      const [x, y] = [Math.floor(i / 3) % 24, Math.floor(i / 3 / 24)];
      const corner = (2 * y * 48 + 2 * x) * 3 + (i % 3);
      const sum = [0, 3, 144, 147].reduce((all, offset) => all + whole!.data[corner + offset]!, 0);
      error += Math.abs(value - sum / 4);
    });
    expect(error / small!.data.length).toBeLessThan(3);
  });

  it('can be left early and stopped by a signal', async () => {
    const reader = await openVideo(at('whole.mp4'));
    for await (const frame of reader.frames()) {
      expect(frame.timestampSeconds).toBe(0);
      break;
    }
    const stop = new AbortController();
    const stopped = await openVideo(at('whole.mp4'), { signal: stop.signal });
    let count = 0;
    const reading = (async () => {
      for await (const _ of stopped.frames()) if (++count === 3) stop.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(count).toBe(3);
  });
});

describe('createVideo', () => {
  const frame = { data: new Uint8Array(32 * 32 * 3), width: 32, height: 32 };
  const options = { width: 32, height: 32, frameRate: parseRational('60000/1001') };

  it('keeps odd sizes and the shape of pixels', async () => {
    const odd = { width: 33, height: 21, frameRate: rational(25), pixelAspect: rational(4, 3) };
    const writer = await createVideo(at('odd.mp4'), odd);
    for (let k = 0; k < 3; k++) {
      await writer.write({ data: new Float32Array(33 * 21 * 3).fill(0.5), width: 33, height: 21 });
    }
    await writer.finish();
    expect(await probeVideo(at('odd.mp4'))).toMatchObject({ width: 33, height: 21, pixelAspect: rational(4, 3) });
  });

  it('leaves nothing behind after abort, a signal or a failure', async () => {
    const folder = at('clean');
    const aborted = await createVideo(join(folder, 'a.mp4'), options);
    await aborted.write(frame);
    await aborted.abort();
    await expect(aborted.write(frame)).rejects.toThrow(/finished/);
    const stop = new AbortController();
    const signalled = await createVideo(join(folder, 'b.mp4'), { ...options, signal: stop.signal });
    await signalled.write(frame);
    stop.abort(new Error('stopped'));
    await expect(signalled.finish()).rejects.toThrow('stopped');
    const unknown = await createVideo(join(folder, 'c.xyz'), options);
    const failing = (async () => {
      for (;;) await unknown.write(frame);
    })();
    await expect(failing).rejects.toThrow(/c\.xyz: ffmpeg failed with exit status 1: .*(format|xyz)/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('has no name before it is finished', async () => {
    const writer = await createVideo(at('late/a.mp4'), options);
    for (let k = 0; k < 4; k++) await writer.write(frame);
    expect(await readdir(at('late'))).not.toContain('a.mp4');
    await expect(writer.write({ ...frame, width: 16, height: 64 })).rejects.toThrow(ShapeError);
    await writer.finish();
    expect(await readdir(at('late'))).toEqual(['a.mp4']);
    expect((await stat(at('late/a.mp4'))).size).toBeGreaterThan(500);
  });

  it('keeps the delay of the picture against the sound', async () => {
    await ffmpeg('-itsoffset', '0.4', '-i', at('whole.mp4'), ...tone, '-t', '1.5', '-c:v', 'copy', at('late.mkv'));
    const info = await probeVideo(at('late.mkv'));
    expect(info.startSeconds).toBeCloseTo(0.4, 2);
    const { width, height, timeline } = info;
    const target = at('late-copy.mkv');
    const writer = await createVideo(target, { width, height, frameRate: timeline.frameRate, source: info });
    for await (const one of (await openVideo(at('late.mkv'))).frames()) await writer.write(one);
    await writer.finish();
    expect((await probeVideo(target)).startSeconds).toBeCloseTo(0.4, 2);
    expect(await audioPackets(target)).toEqual(await audioPackets(at('late.mkv')));
  });

  it('refuses invalid options by name', async () => {
    await expect(createVideo(at('x.mp4'), { ...options, crf: 70 })).rejects.toThrow(/video\.crf/);
    await expect(createVideo(at('x.mp4'), { ...options, width: 1.5 })).rejects.toThrow(/video\.width/);
    await expect(createVideo(at('x.mp4'), { ...options, frameRate: rational(0) })).rejects.toThrow(/video\.frameRate/);
  });
});
