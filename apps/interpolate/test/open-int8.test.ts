import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createRandom } from '@vosvfi/core';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeSafetensors } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInt8, spreadPairs } from '../src/open-int8.js';
import { ffmpeg, h264, pattern } from './media.js';

let dir: string;
const at = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-int8-'));
  await ffmpeg(...pattern('10'), '-frames:v', '9', ...h264, at('clip.mp4'));
  const { parameters } = createIfrnet('ifrnet_s');
  await writeSafetensors(at('weights.safetensors'), initializeWeights(parameters, createRandom(1)));
});

afterAll(() => rm(dir, { recursive: true }));

describe('int8 for a clip', () => {
  it('takes pairs spread over it', async () => {
    const pairs = await spreadPairs(at('clip.mp4'), 4, {});
    const times = pairs.map((pair) => pair.map(({ timestampSeconds }) => Math.round(10 * timestampSeconds!)));
    expect(times).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect(await spreadPairs(at('clip.mp4'), 100, {})).toHaveLength(8);
  });

  it('is calibrated on them and tells how far it is from float32', async () => {
    const choice = { model: 'ifrnet_s', weights: at('weights.safetensors') };
    let told = 0;
    const interpolator = await openInt8(choice, await spreadPairs(at('clip.mp4'), 2, {}), (decibels) => {
      told = decibels;
    });
    expect(told).toBeGreaterThan(35);
    expect(told).toBeLessThan(Number.POSITIVE_INFINITY);
    await interpolator.dispose();
    await expect(openInt8(choice, [], () => {})).rejects.toThrow(ConfigError);
  });
});
