import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom, type Frame, MediaError } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import { findModel } from '@vosvfi/models';
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

async function evaluate(...args: string[]): Promise<{ out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text), isTTY: true },
  };
  const command = evaluateCommand(streams).exitOverride();
  for (const sub of command.commands) sub.exitOverride().configureOutput({ writeErr: () => {} });
  await command.parseAsync(['x2', '--data', data, ...args], { from: 'user' });
  return { out: out.join(''), err: err.join('') };
}

describe('evaluate x2', () => {
  it('prints a table, progress apart from it', async () => {
    const { out, err } = await evaluate('--model', 'blend');
    expect(out).toMatch(/^Protocol x2 version 1, blend, SSIM skimage-gaussian\n/);
    expect(out).toMatch(/^a +2 +\d+\.\d\d +\d+\.\d\d +0\.\d{4} +\d+\.\d\d$/m);
    expect(out).toMatch(/^mean over frames +3 /m);
    expect(out).toMatch(/^mean over sequences +2 /m);
    expect(err).toContain('3/3 frames');
  });

  it('prints JSON and writes the same report to a file, leaving nothing else there', async () => {
    const folder = join(root, 'out');
    const file = join(folder, 'results.json');
    const { out } = await evaluate('--model', 'repeat', '--limit', '4', '--json', '-o', file);
    const report = JSON.parse(out);
    expect(report).toEqual(JSON.parse(await readFile(file, 'utf8')));
    expect(report.protocol).toMatchObject({ name: 'x2', version: 1, predictedFrames: 2 });
    expect(report.provenance).toMatchObject({ interpolator: 'repeat', weights: null, data });
    expect(await readdir(folder)).toEqual(['results.json']);
  });

  it('keeps an explicit cache and takes results from it', async () => {
    const cache = join(root, 'cache.jsonl');
    const first = await evaluate('--model', 'blend', '--cache', cache, '--json');
    await access(cache);
    expect((await evaluate('--model', 'blend', '--cache', cache, '--json')).out).toBe(first.out);
  });

  it('takes the sequences that are asked for', async () => {
    const list = join(root, 'val.txt');
    await writeFile(list, 'b\n\n');
    for (const args of [
      ['--sequences', 'b'],
      ['--list', list],
    ]) {
      const { out } = await evaluate('--model', 'blend', '--json', ...args);
      expect(JSON.parse(out).sequences.map(({ name }: { name: string }) => name)).toEqual(['b']);
    }
    await expect(evaluate('--model', 'blend', '--list', join(root, 'none.txt'))).rejects.toThrow(MediaError);
    await expect(evaluate('--model', 'blend', '--list', list, '--sequences', 'a')).rejects.toThrow(ConfigError);
  });

  it('runs a network with its weights', async () => {
    const weights = join(root, 'ifrnet_s.safetensors');
    const network = await findModel('ifrnet_s').load();
    await saveWeights(weights, initializeWeights(network.parameters, createRandom(1)));
    const { out } = await evaluate('--model', 'ifrnet_s', '--weights', weights, '--limit-sequences', '1', '--json');
    const report = JSON.parse(out);
    expect(report.provenance).toMatchObject({ interpolator: 'ifrnet_s', weights, engine: 'graph', device: 'cpu' });
    expect(report.provenance.engineLibrary).toMatch(/^onnxruntime-node \d/);
    expect(report.provenance.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.perFrame.psnr).toBeGreaterThan(5);
  });

  it('measures J and F with a segmenter whose weights come along', async () => {
    const args = ['--model', 'blend', '--segmenter', 'stcn_tiny'];
    const report = JSON.parse((await evaluate(...args, '--json')).out);
    expect(report.provenance.segmenter).toMatch(
      /^stcn_tiny, memory of given frames, every 5th.*, in a window of \d+ lines$/,
    );
    expect(report.provenance.segmenterWeights).toMatch(/stcn_tiny\.safetensors$/);
    expect(report.provenance.segmenterWeightsSha256).toMatch(/^[0-9a-f]{64}$/);
    const { allFrames, interpolatedFrames } = report.segmentation;
    expect(allFrames.objects).toBe(2);
    for (const summary of [allFrames, interpolatedFrames]) {
      expect(summary.jAndF).toBeCloseTo((summary.jaccard.mean + summary.boundary.mean) / 2, 12);
    }
    expect((await evaluate(...args)).out).toMatch(/^mean over objects +2 +\d+\.\d +\d+\.\d +\d+\.\d$/m);
  });

  it('refuses what it does not know', async () => {
    await expect(evaluate('--model', 'nonesuch')).rejects.toThrow(/no network "nonesuch"/);
    await expect(evaluate('--model', 'ifrnet_s')).rejects.toThrow(/needs its weights/);
    await expect(evaluate('--model', 'blend', '--weights', 'x')).rejects.toThrow(/has no weights/);
    await expect(evaluate('--model', 'ifrnet_s', '--weights', join(root, 'none'))).rejects.toThrow(CheckpointError);
    const other = ['--segmenter', 'stcn_tiny', '--segmenter-weights', join(root, 'none')];
    await expect(evaluate('--model', 'blend', ...other)).rejects.toThrow(CheckpointError);
    await expect(evaluate('--model', 'blend', '--segmenter', 'stcn')).rejects.toThrow(/needs its weights/);
    await expect(evaluate('--model', 'blend', '--segmenter-weights', 'x')).rejects.toThrow(/without --segmenter/);
    await expect(evaluate('--model', 'blend', '--limit', '1.5')).rejects.toThrow(/whole number/);
    await expect(evaluate('--model', 'blend', '--fast')).rejects.toThrow(/unknown option/);
  });
});
