import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, MediaError } from '@vosvfi/core';
import { probeVideo, readFrame, writeFrame } from '@vosvfi/data';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { interpolateCommand } from '../src/command.js';
import { ffmpeg, h264, pattern } from './media.js';

let dir: string;
const at = (name: string) => join(dir, name);
const grey = (value: number, width = 8) => ({ data: new Uint8Array(width * 6 * 3).fill(value), width, height: 6 });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-command-'));
  await writeFrame(at('a.png'), grey(10));
  await writeFrame(at('b.png'), grey(110));
  await writeFrame(at('wide.png'), grey(110, 9));
  await ffmpeg(...pattern('25', '160x120'), '-t', '12', ...h264, at('clip.mp4'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

/** What the command writes to stdout. */
async function run(...args: string[]): Promise<string> {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const command = interpolateCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await command.parseAsync(args, { from: 'user' }).finally(() => vi.restoreAllMocks());
  return output;
}

const blend = ['--model', 'blend'];

describe('interpolate', () => {
  it('writes the picture between two pictures', async () => {
    const text = await run(at('a.png'), at('b.png'), '-o', at('mid.png'), ...blend);
    expect(text).toBe(`${at('mid.png')}: 8 x 6 at t = 0.5 (blend)\n`);
    expect((await readFrame(at('mid.png'))).data[0]).toBe(60);
    const json = await run(at('a.png'), at('b.png'), '-o', at('late.png'), ...blend, '--t', '0.75', '--json');
    expect(JSON.parse(json)).toEqual({ output: at('late.png'), model: 'blend', t: 0.75, width: 8, height: 6 });
    expect((await readFrame(at('late.png'))).data[0]).toBe(85);
  });

  it('takes the network and weights that come along, unless told otherwise', async () => {
    const text = await run(
      at('a.png'),
      at('b.png'),
      '-o',
      at('made.png'),
      '--t',
      '0.25',
      '--scale',
      '0.5',
      '--threads',
      '1',
    );
    expect(text).toBe(`${at('made.png')}: 8 x 6 at t = 0.25 (ifrnet_s)\n`);
    const levels = [...(await readFrame(at('made.png'))).data];
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...levels)).toBeLessThanOrEqual(110);
  });

  it('multiplies the frame rate of a video', async () => {
    const json = await run(at('clip.mp4'), '-o', at('out.mp4'), ...blend, '--preset', 'ultrafast', '--json');
    expect(JSON.parse(json)).toMatchObject({ framesIn: 300, framesOut: 599, frameRate: '50/1', audioStreams: 0 });
    expect((await probeVideo(at('out.mp4'))).timeline.ticks).toHaveLength(599);
  });

  it.each([
    [['a.png', 'wide.png'], /wide\.png: expected 8 x 6 as .*a\.png has, found 9 x 6/, MediaError],
    [['a.png', 'none.png'], /none\.png: no such file/, MediaError],
    [['none.mp4'], /none\.mp4: no such file/, MediaError],
    [['a.png'], /expected two pictures or one video/, ConfigError],
    [['a.png', 'clip.mp4'], /expected two pictures or one video/, ConfigError],
    [['a.png', 'b.png', '--factor', '2'], /--factor: does not apply to pictures/, ConfigError],
    [['clip.mp4', '--t', '0.5'], /--t: does not apply to a video/, ConfigError],
    [['a.png', 'b.png', '--t', '1'], /t: expected a number between 0 and 1/, ConfigError],
    [['a.png', 'b.png', '--model', 'nonsense'], /there is no network "nonsense"/, ConfigError],
    [['a.png', 'b.png', '--model', 'ifrnet'], /weights: "ifrnet" is a network and needs/, ConfigError],
    [['a.png', 'b.png', '--scale', '0.5'], /--scale: does not apply to "blend"/, ConfigError],
    [
      ['a.png', 'b.png', '--model', 'ifrnet_s', '--scale', '0.3'],
      /scale: expected .* 16 \/ scale whole; found 0.3/,
      ConfigError,
    ],
    [['a.png', 'b.png', '--precision', 'int8'], /--precision: does not apply to "blend"/, ConfigError],
    [['a.png', 'b.png', '--weights', 'x'], /weights: "blend" has no weights/, ConfigError],
  ])('refuses %j', async (args, message, kind) => {
    const files = args.map((arg) => (/\.(png|mp4)$/.test(arg) ? at(arg) : arg));
    const target = at(`refused${args[0]!.endsWith('.mp4') ? '.mp4' : '.png'}`);
    const failure = await run(...blend, ...files, '-o', target).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toHaveProperty('message', expect.stringMatching(message));
    expect(await readdir(dir)).not.toContain('refused.png');
  });

  it('refuses unknown flags and values that are no numbers', async () => {
    await expect(run(at('clip.mp4'), '-o', at('x.mp4'), '--fast')).rejects.toThrow(/unknown option '--fast'/);
    await expect(run(at('clip.mp4'), '-o', at('x.mp4'), '--factor', 'two')).rejects.toThrow(/Expected a number/);
  });

  it('removes the unfinished file and ends with 130 when interrupted', async () => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const output = at('interrupted/out.mp4');
    const node = ['--conditions=@vosvfi/source', '--import', 'tsx', main];
    const child: ChildProcess = spawn(
      process.execPath,
      [...node, 'interpolate', at('clip.mp4'), '-o', output, ...blend, '--factor', '64', '--preset', 'veryslow'],
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    let log = '';
    child.stderr!.on('data', (text) => {
      log += String(text);
    });
    await vi.waitFor(async () => expect(await readdir(at('interrupted'))).toHaveLength(1), { timeout: 500_000 });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(log).toMatch(/Interrupted; .*out\.mp4 was not written/);
    expect(code).toBe(130);
    expect(await readdir(at('interrupted'))).toEqual([]);
  });
});
