import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@vosvfi/core';
import { createSyntheticDataset, openTripletDataset, readMask, writeTriplet } from '@vosvfi/data';
import { exportOnnxFile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { signalRequest } from '@vosvfi/testing/signal-itself';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { masksCommand } from '../src/command.js';

let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
/** Only empty masks are rejected. */
const lenient = ['--min-overlap', '0', '--max-area-change', '1000'];
const names = ['00001/0001', '00001/0002', '00001/0003', '00001/0004'];
const size = { width: 96, height: 64 };

/** Three scenes in which something moves, and one that rests; no masks. */
async function makeSet(folder: string): Promise<void> {
  const scene = {
    ...size,
    thin: 0,
    still: 0,
    translation: 0.3,
    radius: [0.25, 0.3] as [number, number],
    clutter: [0, 0],
  };
  const data = createSyntheticDataset({
    seed: 11,
    length: 3,
    t: 0.5,
    scene: scene as typeof scene & { clutter: [number, number] },
  });
  for (const [k, name] of names.slice(0, 3).entries()) {
    const { masks: _, ...sample } = await data.sample(k);
    await writeTriplet(folder, name, sample);
    if (k < 2) continue;
    const [first] = sample.frames;
    await writeTriplet(folder, names[3]!, { ...sample, frames: [first, first, first] });
  }
  await writeFile(join(folder, 'tri_trainlist.txt'), `${names.slice(0, 3).join('\n')}\n`);
  await writeFile(join(folder, 'tri_testlist.txt'), `${names[3]}\n`);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-masks-'));
  await makeSet(at('set'));
  await makeSet(at('other'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What the command writes, and the exit code it sets. */
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
  await masksCommand()
    .exitOverride()
    .parseAsync([...args], { from: 'user' })
    .finally(() => vi.restoreAllMocks());
  return { stdout, stderr, code: process.exitCode };
}

const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

describe('masks by motion', () => {
  it('go into the data set as 8-bit PNGs of 0 and 255, with report, lists and contact sheet', async () => {
    const { stdout, code } = await run(at('set'), '--workers', '0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# Masks by motion\n/);
    expect(stdout).toMatch(/\| empty \| 1 \| a frame has no object \|/);
    for (const name of names) {
      const png = await sharp(at('set/masks', name, 'mask2.png')).metadata();
      expect(png).toMatchObject({ format: 'png', depth: 'uchar', ...size });
      const raw = await sharp(at('set/masks', name, 'mask2.png'))
        .toColourspace('b-w')
        .raw()
        .toBuffer();
      // A mask of one value stays what it is.
      expect([...new Set(raw)].sort()).toEqual(name === names[3] ? [0] : [0, 255]);
    }
    const report = await json(at('set/masks/report.json'));
    expect(report).toMatchObject({ triplets: 4, broken: [], reasons: { empty: 1 } });
    expect(report.accepted).toBeGreaterThan(0);
    const accepted = (await readFile(at('set/masks/tri_trainlist.txt'), 'utf8')).trim().split('\n');
    expect(accepted).toHaveLength(report.train);
    expect((await sharp(at('set/masks/contact-sheet.png')).metadata()).width).toBeGreaterThan(900);
    const manifest = await json(at('set/masks/masks.json'));
    expect(manifest).toMatchObject({ model: 'motion', tool: { name: 'vosvfi masks', node: process.version } });
    const opened = await openTripletDataset(at('set'), 'train');
    expect((await opened.sample(0)).masks?.[1].data.some((label) => label === 1)).toBe(true);
  });

  it('are not made again, and other settings are refused by name', async () => {
    const file = at('set/masks', names[0]!, 'mask1.png');
    const before = (await stat(file)).mtimeMs;
    await rm(at('set/masks', names[1]!), { recursive: true });
    expect((await run(at('set'), '--workers', '0')).code).toBe(0);
    expect((await stat(file)).mtimeMs).toBe(before);
    expect((await readMask(at('set/masks', names[1]!, 'mask3.png'))).width).toBe(size.width);
    const other = run(at('set'), '--workers', '0', '--min-overlap', '0.7');
    await expect(other).rejects.toThrow(
      /masks of other settings: settings\.rejection\.minOverlap \(was 0\.5, is 0\.7\)\./,
    );
    await expect(run(at('set'), '--workers', '0', '--min-area', '0.1')).rejects.toThrow(/remove the folder "masks"/);
  });

  it('make another folder a data set of the accepted triplets; broken frames are named, and the run goes on', async () => {
    await writeFile(at('other/sequences', names[0]!, 'im2.png'), 'no picture');
    const { stdout, stderr, code } = await run(at('other'), '-o', at('made'), '--workers', '1', ...lenient);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Broken: .*im2\.png: is damaged/);
    expect(stdout).toMatch(/\| broken \| 1 \| 25\.0 % \|/);
    const made = await openTripletDataset(at('made'), 'train', { masks: true });
    expect(made.names).not.toContain(names[0]);
    expect(made.length).toBe((await json(at('made/masks/report.json'))).train);
    expect((await made.sample(0)).masks).toHaveLength(3);
  });

  it('ends with 130 on Ctrl-C, and the same command goes on', async () => {
    await makeSet(at('stopped'));
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const args = ['masks', at('stopped'), '--workers', '0', '--json'];
    const node = ['--conditions=@vosvfi/source', '--import', 'tsx', main, ...args];
    const start = (env = process.env) => spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const first = start(signalRequest('SIGINT', /"progress"/));
    first.stdout.resume();
    let text = '';
    first.stderr.on('data', (chunk) => {
      text += String(chunk);
    });
    expect(await once(first, 'close')).toEqual([130, null]);
    expect(text).toMatch(/Interrupted\. The same command goes on\./);
    const second = start();
    second.stderr.resume();
    let out = '';
    second.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    expect((await once(second, 'close'))[0]).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toMatchObject({ type: 'report', triplets: 4 });
  });
});

describe("masks by a user's ONNX model", () => {
  /** Class 1 is red, class 2 the right half. */
  const scores = ({ image }: Readonly<Record<string, tf.Tensor>>) => {
    const [red] = tf.split(image as tf.Tensor4D, 3, 1) as [tf.Tensor4D];
    const half = tf.tile(tf.reshape(tf.linspace(-1, 1, 48), [1, 1, 1, 48]), [1, 1, 32, 1]);
    return { scores: tf.concat([tf.fill([1, 1, 32, 48], 0.5), red, half], 1) };
  };

  it('take chosen classes, at the size of the frames', async () => {
    const file = at('model.onnx');
    await exportOnnxFile(file, scores, { image: { shape: [1, 3, 32, 48] } });
    const common = [at('set'), '--model', file, '-o', at('by-model'), '--workers', '0', '--min-overlap', '0'];
    await expect(run(...common, '--classes', '2')).rejects.toThrow(/^--normalize: a file does not say/);
    await run(...common, '--normalize', 'unit', '--classes', '2');
    const { data } = await readMask(at('by-model/masks', names[0]!, 'mask1.png'));
    const share = (from: number, to: number) => {
      const values = [...data].filter((_, i) => i % size.width >= from && i % size.width < to);
      return values.reduce((sum, label) => sum + label, 0) / values.length;
    };
    expect(share(0, 60)).toBe(0);
    expect(share(80, 96)).toBeGreaterThan(0.5);
    const manifest = await json(at('by-model/masks/masks.json'));
    expect(manifest.settings).toMatchObject({
      classes: [2],
      source: { kind: 'onnx', settings: { normalize: 'unit' } },
    });
    expect(manifest.settings.source.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.tool['onnxruntime-node']).toMatch(/^\d+\.\d+/);
  });
});

describe('wrong use', () => {
  it.each([
    [['--model', 'nothing'], /--model: there is no model "nothing"\. There are motion, deeplabv3_resnet101/],
    [['--model', 'deeplabv3_resnet50'], /--weights: .* needs its weights/],
    [['--model', 'none.onnx'], /none\.onnx: no such file/],
    [['--classes', 'person'], /--classes: "motion" has no use for it/],
    [['--normalize', 'unit'], /--normalize: is of ONNX models/],
    [['--max-area', '3'], /masks\.rejection\.maxArea/],
  ])('%j is refused', async (args, message) => {
    await expect(run(at('set'), '--workers', '0', ...args)).rejects.toThrow(message);
  });

  it('tells folders apart that it cannot use', async () => {
    await expect(run(dir)).rejects.toThrow(/name no triplet/);
    const data = createSyntheticDataset({ seed: 1, length: 1, t: 0.5, scene: { width: 64, height: 48 } });
    await writeTriplet(at('masked'), names[0]!, await data.sample(0));
    await writeFile(at('masked/tri_trainlist.txt'), `${names[0]}\n`);
    await expect(run(at('masked'), '--workers', '0')).rejects.toThrow(ConfigError);
    await expect(run(at('masked'), '--workers', '0')).rejects.toThrow(/holds masks that this command has not made/);
  });
});
