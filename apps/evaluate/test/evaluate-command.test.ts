import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom, type Frame, MediaError } from '@vosvfi/core';
import { readFrame, writeFrame, writeMask } from '@vosvfi/data';
import { findModel } from '@vosvfi/models';
import { exportInterpolation } from '@vosvfi/models/export';
import { saveWeights } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '../src/index.js';

const WIDTH = 40;
const HEIGHT = 32;
let root: string;
let data: string;

/** A grey square over black that moves right by 4 pixels a frame. */
function isSquare(i: number, index: number): boolean {
  const [x, y] = [(i % WIDTH) - 4 * index, Math.floor(i / WIDTH) - 8];
  return x >= 0 && x < 12 && y >= 0 && y < 12;
}

async function writeSequence(name: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const region = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (isSquare(i, index) ? 1 : 0));
    const pixels = new Uint8Array(3 * region.length).map((_, s) => 200 * region[Math.floor(s / 3)]!);
    const frame: Frame = { data: pixels, width: WIDTH, height: HEIGHT };
    const file = `${String(index).padStart(5, '0')}.png`;
    await writeFrame(join(data, 'JPEGImages', name, file), frame);
    await writeMask(join(data, 'Annotations', name, file), { ...frame, data: region }, { format: 'binary' });
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-evaluate-'));
  data = join(root, 'data');
  await writeSequence('a', 5);
  await writeSequence('b', 3);
});
afterAll(() => rm(root, { recursive: true }));

async function run(...args: string[]): Promise<{ out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text), isTTY: true },
  };
  const command = evaluateCommand(streams)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await command.parseAsync(args, { from: 'user' });
  return { out: out.join(''), err: err.join('') };
}

const evaluate = (...args: string[]) => run('x2', '--data', data, '--workers', '0', ...args);

describe('vosvfi evaluate', () => {
  it('prints a table, progress apart from it', async () => {
    const { out, err } = await evaluate('--model', 'blend', 'repeat');
    expect(out).toMatch(/^Frame doubling on any frames \(x2, version 2\): 2 items, 3 frames\n/);
    expect(out).toMatch(/^mean +psnr \(dB\) +foreground-psnr \(dB\) +ssim +ie-rms +ms$/m);
    expect(out).toMatch(/^blend +\d+\.\d\d +\d+\.\d\d +0\.\d{4} +\d+\.\d\d +\d+$/m);
    expect(out).toMatch(/^blend - repeat +psnr +-?\d+\.\d\d +-?\d+\.\d\d \.\. -?\d+\.\d\d$/m);
    expect(err).toContain('6/6 frames');
  });

  it('writes result, report and pictures into a folder, and takes what is there from its cache', async () => {
    const folder = join(root, 'out');
    const args = ['--model', 'blend', '--metrics', 'psnr', 'ssim', '--json', '-o', folder] as const;
    const first = await evaluate(...args);
    const result = JSON.parse(first.out);
    expect(result).toEqual(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')));
    expect(result.protocol).toMatchObject({ id: 'x2', deviations: ['Not measured: foreground-psnr, ie-rms.'] });
    expect(result.pictures.map(({ item }: { item: string }) => item).sort()).toEqual(['a', 'b']);
    const files = await readdir(folder);
    for (const file of ['report.html', 'report.md', 'results.csv', 'summary.csv', 'cache'])
      expect(files).toContain(file);
    for (const { truth, predictions, mask } of result.pictures) {
      for (const file of [truth, predictions.blend, mask]) await readFile(join(folder, file));
    }
    expect((await evaluate(...args)).out).toBe(first.out);
  });

  it('takes the part of the data that is asked for', async () => {
    const list = join(root, 'val.txt');
    await writeFile(list, 'b\n\n');
    const itemsOf = async (...args: string[]) => {
      const { items } = JSON.parse((await evaluate('--model', 'repeat', '--json', ...args)).out);
      return items.map(({ id, frames }: { id: string; frames: unknown[] }) => [id, frames.length]);
    };
    expect(await itemsOf('--sequences', 'b')).toEqual([['b', 1]]);
    expect(await itemsOf('--list', list)).toEqual([['b', 1]]);
    expect(await itemsOf('--limit-sequences', '1', '--limit', '4')).toEqual([['a', 1]]);
    await expect(evaluate('--model', 'blend', '--list', join(root, 'none.txt'))).rejects.toThrow(MediaError);
    await expect(evaluate('--model', 'blend', '--list', list, '--sequences', 'a')).rejects.toThrow(ConfigError);
  });

  it('takes a folder of frames with masks beside it, and another SSIM', async () => {
    const [frames, masks] = [join(data, 'JPEGImages', 'a'), join(data, 'Annotations', 'a')];
    const args = ['x2', '--data', frames, '--model', 'blend', '--workers', '0', '--json'];
    const summaryOf = async (...more: string[]) => JSON.parse((await run(...args, ...more)).out).summary.blend;
    expect((await summaryOf())['foreground-psnr']).toBeNull();
    expect((await summaryOf('--masks', masks))['foreground-psnr']).toBeGreaterThan(5);
    expect((await summaryOf('--ssim', 'matlab-y'))['ssim-matlab-y']).toBeGreaterThan(0);
    await expect(evaluate('--model', 'blend', '--masks', masks)).rejects.toThrow(/no such mask/);
  });

  it('measures networks, also in an ONNX file, and frames of other programs', async () => {
    const weights = join(root, 'ifrnet_s.safetensors');
    const entry = findModel('ifrnet_s');
    const network = await entry.load();
    const values = initializeWeights(network.parameters, createRandom(1));
    await saveWeights(weights, values);
    const onnx = join(root, 'other.onnx');
    await writeFile(onnx, await exportInterpolation(entry, values, { width: WIDTH, height: HEIGHT }));
    const folder = join(root, 'made');
    await writeFrame(join(folder, 'b', '00001.png'), await readFrame(join(data, 'JPEGImages', 'b', '00000.png')));
    const models = ['ifrnet_s', onnx, `mine=${folder}`, 'repeat'];
    const { out } = await evaluate('--model', ...models, '--weights', weights, '--sequences', 'b', '--json');
    const { contestants, summary } = JSON.parse(out);
    expect(contestants).toMatchObject([
      { id: 'ifrnet_s', kind: 'network', facts: { network: 'ifrnet_s', engine: 'graph', device: 'cpu' } },
      { id: 'other', kind: 'onnx', facts: { layout: 'NHWC' } },
      { id: 'mine', kind: 'frames', millisecondsPerFrame: null },
      { id: 'repeat' },
    ]);
    expect(contestants[0].facts.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.ifrnet_s.psnr).toBeGreaterThan(5);
    expect(summary.other.psnr).toBeCloseTo(summary.ifrnet_s.psnr, 1);
    expect(summary.mine).toEqual(summary.repeat);
  });

  it('leaves out a model that fails, says why, and writes what the others gave', async () => {
    const folder = join(root, 'smaller');
    await writeFrame(join(folder, 'b', '00001.png'), { data: new Uint8Array(12), width: 2, height: 2 });
    const { out, err } = await evaluate('--model', folder, 'blend', '--sequences', 'b', '--metrics', 'psnr', '--json');
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(err).toMatch(/Warning: smaller is left out: .*00001.png: expected 40x32 .* found 2x2/);
    const { contestants, protocol } = JSON.parse(out);
    expect(contestants.map(({ id }: { id: string }) => id)).toEqual(['blend']);
    expect(protocol.deviations.at(-1)).toMatch(/^smaller is left out: /);
    await expect(evaluate('--model', folder, '--sequences', 'b')).rejects.toThrow(MediaError);
  });

  it('measures J and F with a segmenter whose weights come along', async () => {
    const { out } = await evaluate('--model', 'blend', '--segmenter', 'stcn_tiny', '--objects', 'merged', '--json');
    const { summary } = JSON.parse(out);
    expect(summary.blend['j-and-f']).toBeCloseTo((summary.blend['j-mean'] + summary.blend['f-mean']) / 2, 9);
  });

  it('lists protocols and metrics, and checks a folder', async () => {
    expect((await run('list')).out).toMatch(/^davis2016-x2 +DAVIS 2016 x2$/m);
    expect((await run('list', '--metrics')).out).toMatch(/^tof +tOF \(px, lower is better; needs sequence, flow\)$/m);
    expect((await run('check', 'x2', '--data', data)).out).toContain('x2: 2 items and 3 predictions');
  });

  it('refuses what it does not know', async () => {
    await expect(run('nonesuch', '--data', data, '--model', 'blend')).rejects.toThrow(/no protocol "nonesuch"/);
    await expect(run('x2', '--model', 'blend')).rejects.toThrow(/needs a data set/);
    await expect(evaluate()).rejects.toThrow(/at least one model/);
    await expect(evaluate('--model', 'nonesuch')).rejects.toThrow(/no network, file or folder "nonesuch"/);
    await expect(evaluate('--model', 'blend', 'blend')).rejects.toThrow(/"blend" is there twice/);
    await expect(evaluate('--model', 'ifrnet')).rejects.toThrow(/needs its weights/);
    await expect(evaluate('--model', 'blend', '--weights', 'x')).rejects.toThrow(
      /neither a --model nor --flow is a network/,
    );
    await expect(evaluate('--model', 'ifrnet_s', '--weights', join(root, 'none'))).rejects.toThrow(CheckpointError);
    const other = ['--segmenter', 'stcn_tiny', '--segmenter-weights', join(root, 'none')];
    await expect(evaluate('--model', 'blend', ...other)).rejects.toThrow(CheckpointError);
    await expect(evaluate('--model', 'blend', '--segmenter-weights', 'x')).rejects.toThrow(/without --segmenter/);
    await expect(evaluate('--model', 'blend', '--objects', 'merged')).rejects.toThrow(/without --segmenter/);
    await expect(evaluate('--model', 'blend', '--limit', '1.5')).rejects.toThrow(/whole number/);
    await expect(evaluate('--model', 'blend', '--fast')).rejects.toThrow(/unknown option/);
    await expect(evaluate('--model', 'blned')).rejects.toThrow(/Did you mean "blend"\?/);
    await expect(evaluate('--model', 'blend', '--metrics', 'psmr')).rejects.toThrow(/Did you mean "psnr"\?/);
    await expect(run('xiph2k', '--data', data, '--model', 'blend')).rejects.toThrow(/Did you mean "xiph-2k"\?/);
    await expect(run('vot2018', '--data', data, '--model', 'blend')).rejects.toThrow(/evaluate results vot2018/);
    await expect(run('results', 'x2', '--data', data, '--results', data)).rejects.toThrow(/judges frames, not results/);
    const file = join(root, 'file');
    await writeFile(file, 'x');
    await expect(evaluate('--model', file)).rejects.toThrow(/expected a folder of frames or an ONNX file/);
    for (const option of ['-o', '--cache']) {
      await expect(evaluate('--model', 'blend', option, file)).rejects.toThrow(/expected a folder, found a file/);
    }
  });
});
