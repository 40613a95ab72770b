import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ConfigError } from '@vosvfi/core';
import { findExecutable } from '@vosvfi/data';
import { signalRequest } from '@vosvfi/testing/signal-itself';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataCommand } from '../src/command.js';

let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);

async function makeClip(file: string, seconds: string): Promise<void> {
  const { path } = await findExecutable('ffmpeg');
  const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=25', '-t', seconds];
  await promisify(execFile)(path, ['-v', 'error', '-y', ...pattern, '-pix_fmt', 'yuv420p', file]);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-data-command-'));
  await mkdir(at('clips'));
  await makeClip(at('clips/one.mp4'), '0.5');
  await writeFile(at('clips/broken.mp4'), 'no video');
  await makeClip(at('long.mp4'), '20');
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What the command writes to stdout and stderr, and the exit code it sets. */
async function run(...args: string[]) {
  let [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  process.exitCode = 0;
  const command = dataCommand();
  for (const one of [command, ...command.commands]) one.exitOverride();
  await command.parseAsync(args, { from: 'user' }).finally(() => vi.restoreAllMocks());
  return { stdout, stderr, code: process.exitCode };
}

const small = ['--size', '64x48', '--workers', '0'];

describe('data prepare', () => {
  it('makes a data set and reports what was left out; exit code 3 for a part of the sources', async () => {
    const { stdout, stderr, code } = await run(
      'prepare',
      at('clips'),
      '-o',
      at('set'),
      ...small,
      '--license',
      'CC0-1.0',
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/one\.mp4 +1[23] +0 +1 +4 +4\n/);
    expect(stdout).toMatch(/motion, px +good +taken\n0 to 1 /);
    expect(stdout).toMatch(/Wrote 4 training triplets and 0 test triplets to .*set\./);
    expect(stdout).toMatch(/Not used: .*broken\.mp4: is damaged, truncated or not a video/);
    expect(stderr).toMatch(/Warning: The test list is empty/);
    const [line] = (await readFile(at('set/manifest.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line!)).toMatchObject({ license: 'CC0-1.0', seconds: ['0/1', '1/25', '2/25'] });
    expect(JSON.parse(await readFile(at('set/prepare.json'), 'utf8')).tool).toMatch(/^vosvfi data prepare \d/);
  });

  it('writes JSON lines for programs, and nothing else in a dry run', async () => {
    const { stdout, code } = await run(
      'prepare',
      at('clips/one.mp4'),
      '-o',
      at('dry'),
      ...small,
      '--dry-run',
      '--json',
    );
    expect(code).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.at(-1)).toMatchObject({ type: 'report', dryRun: true, train: 4, test: 0, candidates: 4 });
    expect(records.some(({ type, stage }) => type === 'progress' && stage === 'analyse')).toBe(true);
    expect(await readdir(dir)).not.toContain('dry');
  });

  it('fails if nothing can be used, and refuses other settings', async () => {
    expect((await run('prepare', at('clips/broken.mp4'), '-o', at('none'), ...small)).code).toBe(1);
    await expect(run('prepare', at('clips'), '-o', at('set'), ...small, '--seed', '4')).rejects.toThrow(ConfigError);
    await expect(run('prepare', at('clips'), '-o', at('x'), '--size', '64')).rejects.toThrow(/width x height/);
    await expect(run('prepare', at('clips'), '-o', at('x'), ...small, '--keep-size')).rejects.toThrow(/--keep-size/);
  });

  it('ends with 130 on Ctrl-C, and the same command goes on', async () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const args = ['data', 'prepare', at('long.mp4'), '-o', at('stopped'), '--size', '64x48', '--json'];
    const node = ['--conditions=@vosvfi/source', '--import', 'tsx', main, ...args];
    const start = (env = process.env) => spawn(process.execPath, node, { stdio: ['ignore', 'ignore', 'pipe'], env });
    const first = start(signalRequest('SIGINT', /"progress"/));
    let text = '';
    first.stderr.on('data', (chunk) => {
      text += String(chunk);
    });
    expect(await once(first, 'close')).toEqual([130, null]);
    expect(text).toMatch(/Interrupted\. The same command goes on\./);
    expect(await readdir(at('stopped'))).toEqual(['.prepare']);
    const second = start();
    second.stderr.resume();
    expect((await once(second, 'close'))[0]).toBe(0);
    expect(await readdir(at('stopped'))).toContain('tri_trainlist.txt');
  });
});

describe('data check', () => {
  it('tells what it found, and writes clean lists elsewhere', async () => {
    expect(await run('check', at('set'))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/4 triplets, 0 errors/),
    });
    await rm(at('set/sequences/00001/0002/im2.png'));
    const { code, stdout } = await run('check', at('set'), '--fix-lists', at('clean'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error +missing-file +sequences\/00001\/0002\/im2\.png +there is no such file\.$/m);
    expect(await readFile(at('clean/tri_trainlist.txt'), 'utf8')).toBe('00001/0001\n00001/0003\n00001/0004\n');
    const json = JSON.parse((await run('check', at('set'), '--json')).stdout);
    expect(json).toMatchObject({ errors: 1, findings: [{ code: 'missing-file', triplet: '00001/0002' }] });
    await expect(run('check', at('set'), '--fix-lists', at('set'))).rejects.toThrow(/is the data set itself/);
  });
});
