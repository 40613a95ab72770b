import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, MediaError, UnsupportedError } from '@vosvfi/core';
import { ffmpegVersion, writeFrame } from '@vosvfi/data';
import { exportOnnx } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { squareFrame, squareItem } from '../../../test/support/square-item.js';
import { psnr } from '../../metrics/psnr.js';
import type { Contestant } from '../contestant.js';
import type { EvaluationItem, Prediction } from '../item.js';
import { predictItem } from '../predict-item.js';
import { openFrameFolder } from './frame-folder.js';
import { minterpolateContestant } from './minterpolate.js';
import { openOnnxContestant } from './onnx-contestant.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-contestants-'));
});
afterEach(() => rm(root, { recursive: true }));

async function framesOf(contestant: Contestant, item: EvaluationItem): Promise<Map<number, Frame>> {
  const predictor = await contestant.open(item);
  const frames = new Map<number, Frame>();
  try {
    for await (const { prediction, frame } of predictItem(item, contestant, predictor, { quantize: true })) {
      frames.set(prediction.target, frame);
    }
  } finally {
    await predictor.close();
  }
  return frames;
}

describe('a folder of frames', () => {
  it('is read in its layouts', async () => {
    const items = [squareItem('a/b', 5), squareItem('c', 3)];
    for (const index of [1, 3]) await writeFrame(join(root, 'a', 'b', `0000${index}.png`), squareFrame(index + 5));
    await writeFrame(join(root, 'c.png'), squareFrame(2));
    const contestant = await openFrameFolder('other', root, items);
    expect([...(await framesOf(contestant, items[0]!))]).toEqual([
      [1, expect.objectContaining({ data: squareFrame(6).data })],
      [3, expect.objectContaining({ data: squareFrame(8).data })],
    ]);
    expect((await framesOf(contestant, items[1]!)).get(1)!.data).toEqual(squareFrame(2).data);
    const digest = await contestant.digest!(items[0]!);
    await writeFrame(join(root, 'a', 'b', '00003.png'), squareFrame(3));
    expect(await contestant.digest!(items[0]!)).not.toBe(digest);
    const flat = await openFrameFolder('flat', join(root, 'a', 'b'), [squareItem('x', 5)]);
    expect((await framesOf(flat, squareItem('x', 5))).size).toBe(2);
  });

  it('says what is missing or of another size', async () => {
    const item = squareItem('a', 5);
    await expect(openFrameFolder('other', join(root, 'none'), [item])).rejects.toThrow(/none: no such folder/);
    await writeFile(join(root, 'file'), 'x');
    await expect(openFrameFolder('other', join(root, 'file'), [item])).rejects.toThrow(/expected a folder/);
    await mkdir(join(root, 'a'));
    const open = () => openFrameFolder('other', root, [item]);
    await expect(openFrameFolder('other', root, [squareItem('b', 5), item])).rejects.toThrow(
      /b\/00001.png: no such frame.* 4 of 4 frames are missing.* in a folder b/,
    );
    await writeFrame(join(root, 'a', '00001.jpg'), squareFrame(1, 20));
    await expect(open()).rejects.toThrow(/a\/00003.png: no such frame.*1 of 2 frames are missing.*found 00001.jpg/);
    await writeFrame(join(root, 'a', '00003.png'), squareFrame(3));
    const contestant = await open();
    await expect(framesOf(contestant, item)).rejects.toThrow(/00001.jpg: expected 24x16 .* found 20x16/);
    await expect(framesOf(contestant, item)).rejects.toThrow(MediaError);
    const data = new Uint8Array(24 * 16 * 4).fill(200);
    await writeFile(join(root, 'a', '00001.png'), encode({ width: 24, height: 16, data, channels: 4 }));
    await expect(framesOf(await open(), item)).rejects.toThrow(/00001.png: is transparent in places/);
  });
});

describe('an ONNX file', () => {
  const shape = [1, 16, 24, 3];
  const item = squareItem('a', 3);

  it.each([
    ['NHWC', shape],
    ['NCHW', [1, 3, 16, 24]],
  ])('of frames %s, with a time', async (layout, size) => {
    const file = join(root, 'mix.onnx');
    const mix = (inputs: Record<string, tf.Tensor>) => ({
      frame: tf.add(tf.mul(inputs.frame0!, tf.sub(1, inputs.t!)), tf.mul(inputs.frame1!, inputs.t!)),
    });
    const signature = { frame0: { shape: size }, frame1: { shape: size }, t: { shape: [1, 1, 1, 1] } };
    await writeFile(file, await exportOnnx(mix, signature));
    const contestant = await openOnnxContestant('mix', file);
    expect(contestant.facts).toMatchObject({ layout, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const predictions: Prediction[] = [{ target: 1, from: [0, 2], t: 0.25 }];
    const frame = (await framesOf(contestant, { ...item, predictions })).get(1)!;
    const [first, second] = [squareFrame(0).data, squareFrame(2).data];
    for (const i of [0, 3 * (5 * 24 + 1), 3 * (5 * 24 + 7) + 2]) {
      expect(Math.abs(frame.data[i]! - (0.75 * first[i]! + 0.25 * second[i]!))).toBeLessThanOrEqual(0.5);
    }
    const wide = squareItem('wide', 3, { frame: async (index) => squareFrame(index, 32) });
    await expect(framesOf(contestant, wide)).rejects.toThrow(/24x16 as the file was made for, found 32x16/);
    await contestant.dispose();
  });

  it('without a time makes the middle only; other networks are refused', async () => {
    const file = join(root, 'half.onnx');
    const half = (inputs: Record<string, tf.Tensor>) => ({ frame: tf.div(tf.add(inputs.a!, inputs.b!), 2) });
    await writeFile(file, await exportOnnx(half, { a: { shape }, b: { shape } }));
    const contestant = await openOnnxContestant('half', file);
    expect((await framesOf(contestant, item)).size).toBe(1);
    const predictions: Prediction[] = [{ target: 1, from: [0, 2], t: 0.25 }];
    await expect(framesOf(contestant, { ...item, predictions })).rejects.toThrow(UnsupportedError);
    await contestant.dispose();
    const single = (inputs: Record<string, tf.Tensor>) => ({ frame: tf.relu(inputs.picture!) });
    await writeFile(file, await exportOnnx(single, { picture: { shape } }));
    await expect(openOnnxContestant('single', file)).rejects.toThrow(
      /no interpolation network .* picture \[1, 16, 24, 3\]/,
    );
  });
});

describe('minterpolate', () => {
  /** A smooth pattern that moves right by 2 pixels a frame. */
  function pattern(index: number): Frame {
    const data = new Uint8Array(64 * 48 * 3);
    for (let i = 0; i < 64 * 48; i++) {
      const [x, y] = [(i % 64) - 2 * index, Math.floor(i / 64)];
      data.fill(Math.round(128 + 60 * Math.sin(x / 3) + 50 * Math.sin(y / 4 + x / 9)), 3 * i, 3 * i + 3);
    }
    return { data, width: 64, height: 48 };
  }

  it('follows motion, of a whole sequence and of a pair', async () => {
    const minterpolate = minterpolateContestant({ version: await ffmpegVersion() });
    const item = squareItem('a', 7, { frame: async (index) => pattern(index) });
    const frames = await framesOf(minterpolate, item);
    expect([...frames.keys()]).toEqual([1, 3, 5]);
    expect(psnr(pattern(3), frames.get(3)!)).toBeGreaterThan(psnr(pattern(3), pattern(2)) + 5);
    const shared: Partial<EvaluationItem> = { given: [0, 1, 2], predictions: [{ target: 1, from: [0, 2], t: 0.5 }] };
    const pair = await framesOf(minterpolate, { ...item, ...shared });
    expect(psnr(pattern(1), pair.get(1)!)).toBeGreaterThan(psnr(pattern(1), pattern(0)) + 3);
  });
});
