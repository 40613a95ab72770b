import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Frame, type Interpolator, type Mask, MediaError } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blendInterpolator } from '../baselines/blend.js';
import { repeatInterpolator } from '../baselines/repeat.js';
import { foregroundPsnr } from '../metrics/foreground-psnr.js';
import { psnr } from '../metrics/psnr.js';
import type { SequenceSegmenter } from './segmenter.js';
import { findSequences } from './sequences.js';
import { evaluateX2 } from './x2.js';

const WIDTH = 24;
const HEIGHT = 16;

/** A bright square that moves right by 2 pixels a frame over a dark ramp. */
function squareFrame(index: number, width = WIDTH): Frame {
  const data = new Uint8Array(width * HEIGHT * 3);
  for (let i = 0; i < width * HEIGHT; i++)
    data.fill(isSquare(i, index, width) ? 220 : (i % width) * 3, 3 * i, 3 * i + 3);
  return { data, width, height: HEIGHT };
}

function squareMask(index: number, width = WIDTH): Mask {
  const data = Uint8Array.from({ length: width * HEIGHT }, (_, i) => (isSquare(i, index, width) ? 1 : 0));
  return { data, width, height: HEIGHT };
}

function isSquare(i: number, index: number, width: number): boolean {
  const [x, y] = [(i % width) - 2 * index, Math.floor(i / width) - 4];
  return x >= 0 && x < 6 && y >= 0 && y < 6;
}

function name(index: number): string {
  return String(index).padStart(5, '0');
}

let root: string;

async function writeSequence(sequence: string, count: number, layout: '480p' | '' = ''): Promise<void> {
  for (let i = 0; i < count; i++) {
    await writeFrame(join(root, 'JPEGImages', layout, sequence, `${name(i)}.png`), squareFrame(i));
    await writeMask(join(root, 'Annotations', layout, sequence, `${name(i)}.png`), squareMask(i), { format: 'binary' });
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-x2-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Segments by brightness, which on these scenes is the truth for original frames. */
const brightness: SequenceSegmenter = {
  id: 'brightness',
  propagate: async (frames) => {
    const masks: Mask[] = [];
    for await (const { data, width, height } of frames) {
      masks.push({
        data: Uint8Array.from({ length: width * height }, (_, i) => (data[3 * i]! > 150 ? 1 : 0)),
        width,
        height,
      });
    }
    return masks;
  },
};

describe('findSequences', () => {
  it.each(['480p', ''] as const)('knows JPEGImages/%s', async (layout) => {
    await writeSequence('b', 3, layout);
    await writeSequence('a', 4, layout);
    const found = await findSequences(root, { maxFrames: 3 });
    expect(found.map(({ name, frames, masks }) => [name, frames.length, masks?.length])).toEqual([
      ['a', 3, 3],
      ['b', 3, 3],
    ]);
    expect(await findSequences(root, { sequences: ['b'], maxSequences: 1 })).toHaveLength(1);
  });

  it('takes a folder of frames, with masks or without', async () => {
    await writeSequence('a', 3);
    const frames = join(root, 'JPEGImages', 'a');
    expect((await findSequences(frames))[0]).toMatchObject({ name: 'a', masks: null });
    const masks = join(root, 'Annotations', 'a');
    expect((await findSequences(frames, { masks }))[0]!.masks).toHaveLength(3);
  });

  it('names what is missing', async () => {
    await writeSequence('a', 5);
    await expect(findSequences(join(root, 'none'))).rejects.toThrow(/none: no such folder/);
    await expect(findSequences(root, { sequences: ['z'] })).rejects.toThrow(/no sequence "z". It has: a/);
    await expect(findSequences(root, { maxFrames: 1 })).rejects.toThrow(/at least 3 frames, found 1/);
    await rm(join(root, 'Annotations', 'a', '00003.png'));
    await expect(findSequences(root)).rejects.toThrow(/00003.png: no such file/);
    await rm(join(root, 'JPEGImages', 'a', '00003.png'));
    await expect(findSequences(root)).rejects.toThrow(/00004.png: expected frame 3 after 00002.png/);
  });
});

describe('evaluateX2', () => {
  it('predicts odd frames from even ones and averages over frames and over sequences', async () => {
    await writeSequence('a', 3);
    await writeSequence('b', 6);
    const report = await evaluateX2({ data: root, interpolator: repeatInterpolator() });
    const expected = [1, 3].map((i) => psnr(squareFrame(i), squareFrame(i - 1)));
    expect(report.sequences.map(({ name, frames }) => [name, frames.map(({ frame }) => frame)])).toEqual([
      ['a', [1]],
      ['b', [1, 3]],
    ]);
    const [a, b] = [expected[0]!, (expected[0]! + expected[1]!) / 2];
    expect(report.perFrame.psnr).toBeCloseTo((2 * expected[0]! + expected[1]!) / 3, 12);
    expect(report.perSequence.psnr).toBeCloseTo((a + b) / 2, 12);
    expect(report.sequences[0]!.mean.foregroundPsnr).toBeCloseTo(
      foregroundPsnr(squareFrame(1), squareFrame(0), squareMask(1))!,
      12,
    );
    expect(report.segmentation).toBeNull();
    expect(report.protocol).toMatchObject({ name: 'x2', sequences: 2, predictedFrames: 3, exactFrames: 0 });
  });

  it('a perfect interpolator gives J&F of 1 and no finite PSNR; blend does worse', async () => {
    await writeSequence('a', 6);
    let next = 1;
    const oracle: Interpolator = {
      ...repeatInterpolator(),
      id: 'oracle',
      interpolate: async () => [squareFrame(2 * next++ - 1)],
    };
    const perfect = await evaluateX2({ data: root, interpolator: oracle, segmenter: brightness });
    expect(perfect.segmentation!.allFrames.jAndF).toBe(1);
    expect(perfect.protocol.exactFrames).toBe(2);
    expect(perfect.perFrame).toMatchObject({ psnr: null, foregroundPsnr: null, interpolationError: 0 });
    const blended = await evaluateX2({ data: root, interpolator: blendInterpolator(), segmenter: brightness });
    const { allFrames, interpolatedFrames } = blended.segmentation!;
    expect(blended.sequences[0]!.segmentation!.allFrames.frames).toEqual([1, 2, 3, 4]);
    expect(blended.sequences[0]!.segmentation!.interpolatedFrames.frames).toEqual([1, 3]);
    expect(allFrames.jAndF).toBeLessThan(1);
    // Original frames are segmented perfectly, so the predicted ones alone score lower.
    expect(interpolatedFrames.jaccard.mean).toBeCloseTo(2 * allFrames.jaccard.mean - 1, 12);
  });

  it('reports progress', async () => {
    await writeSequence('a', 5);
    const events: unknown[] = [];
    await evaluateX2({ data: root, interpolator: blendInterpolator(), onProgress: (event) => events.push(event) });
    expect(events).toEqual([
      { type: 'progress', stage: 'evaluate', done: 1, total: 2, note: 'a' },
      { type: 'progress', stage: 'evaluate', done: 2, total: 2, note: 'a' },
    ]);
  });

  it('names files of another size', async () => {
    await writeSequence('a', 3);
    await writeMask(join(root, 'Annotations', 'a', '00001.png'), squareMask(1, 20));
    const options = { data: root, interpolator: blendInterpolator() };
    await expect(evaluateX2(options)).rejects.toThrow(/Annotations\/a\/00001.png: expected 24x16 .* found 20x16/);
    await writeFrame(join(root, 'JPEGImages', 'a', '00002.png'), squareFrame(2, 20));
    await expect(evaluateX2(options)).rejects.toThrow(MediaError);
    await expect(evaluateX2(options)).rejects.toThrow(/00002.png: expected 24x16/);
  });

  it('asks for masks when it segments', async () => {
    await writeSequence('a', 3);
    const data = join(root, 'JPEGImages', 'a');
    const options = { data, interpolator: blendInterpolator() };
    expect((await evaluateX2(options)).perFrame.foregroundPsnr).toBeNull();
    await expect(evaluateX2({ ...options, segmenter: brightness })).rejects.toThrow(/has no mask/);
  });
});

describe('cache', () => {
  it('goes on where an interrupted evaluation stopped, also after a half-written line', async () => {
    await writeSequence('a', 9);
    const cacheFile = join(root, 'cache', 'results.jsonl');
    const whole = await evaluateX2({ data: root, interpolator: blendInterpolator() });
    let calls = 0;
    const stopping = (after: number): Interpolator => {
      const blend = blendInterpolator();
      return {
        ...blend,
        interpolate: async (...args) => {
          if (++calls > after) throw new Error('power cut');
          return blend.interpolate(...args);
        },
      };
    };
    await expect(evaluateX2({ data: root, interpolator: stopping(2), cacheFile })).rejects.toThrow('power cut');
    await appendFile(cacheFile, '{"kind":"frame","sequ');
    calls = 0;
    const resumed = await evaluateX2({ data: root, interpolator: stopping(9), cacheFile });
    expect(calls).toBe(2);
    expect(resumed.perFrame).toEqual(whole.perFrame);
    expect((await readFile(cacheFile, 'utf8')).trimEnd().split('\n')).toHaveLength(5);
  });

  it('keeps segmentations and exact frames', async () => {
    await writeSequence('a', 3);
    const cacheFile = join(root, 'results.jsonl');
    const perfect: Interpolator = { ...repeatInterpolator(), interpolate: async () => [squareFrame(1)] };
    const options = { data: root, interpolator: perfect, segmenter: brightness, cacheFile };
    const first = await evaluateX2(options);
    const failing = { ...brightness, propagate: () => Promise.reject(new Error('asked again')) };
    expect(await evaluateX2({ ...options, segmenter: failing })).toEqual(first);
    expect(first.sequences[0]!.frames[0]!.psnr).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses results of another evaluation and damaged lines', async () => {
    await writeSequence('a', 3);
    const cacheFile = join(root, 'results.jsonl');
    const options = { data: root, interpolator: blendInterpolator(), cacheFile };
    await evaluateX2(options);
    await expect(evaluateX2({ ...options, interpolator: repeatInterpolator() })).rejects.toThrow(/another evaluation/);
    await expect(evaluateX2({ ...options, provenance: { weights: 'x' } })).rejects.toThrow(ConfigError);
    await writeFile(cacheFile, `${(await readFile(cacheFile, 'utf8')).split('\n')[0]}\n{"kind":"frame"}\n`);
    await expect(evaluateX2(options)).rejects.toThrow(/line 2 is damaged/);
  });
});
