import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom, type Frame, UnsupportedError } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel } from './index.js';
import { checkNetworkChoice, openNetwork } from './open.js';
import { saveWeights } from './weights/index.js';

const frame: Frame = { data: new Uint8Array(20 * 18 * 3).fill(90), width: 20, height: 18 };
let folder: string;
let weights: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-open-'));
  weights = join(folder, 'ifrnet_s.safetensors');
  const { parameters } = await findModel('ifrnet_s').load();
  await saveWeights(weights, initializeWeights(parameters, createRandom(1)));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openNetwork', () => {
  it('makes an interpolator of that name and options', async () => {
    const strict = await openNetwork({ model: 'ifrnet_s', weights, threads: 1 });
    expect(strict.id).toBe('ifrnet_s');
    expect(await strict.interpolate(frame, frame, [0.5])).toMatchObject([{ width: 20, height: 18 }]);
    await expect(strict.interpolate(frame, frame, [0.25])).rejects.toThrow(UnsupportedError);
    await strict.dispose();
    const lax = await openNetwork({ model: 'ifrnet_s', weights, engine: 'cpu', allowUntrainedTime: true });
    expect(await lax.interpolate(frame, frame, [0.25])).toHaveLength(1);
    await lax.dispose();
  });

  it('refuses unknown names, missing files and weights of another network', async () => {
    await expect(openNetwork({ model: 'nonesuch', weights })).rejects.toThrow(/no network "nonesuch"/);
    await expect(openNetwork({ model: 'ifrnet' })).rejects.toThrow(ConfigError);
    await expect(openNetwork({ model: 'ifrnet_s', weights: join(folder, 'none') })).rejects.toThrow(CheckpointError);
    await expect(openNetwork({ model: 'ifrnet', weights })).rejects.toThrow(CheckpointError);
  });
});

describe('checkNetworkChoice', () => {
  it('reads no file', () => {
    const { entry, file } = checkNetworkChoice({ model: 'ifrnet', weights: 'none.pth' });
    expect([entry.id, file]).toEqual(['ifrnet', 'none.pth']);
    expect(() => checkNetworkChoice({ model: 'ifrnet' })).toThrow(
      /weights: "ifrnet" is a network and needs its weights.*or take ifrnet_s/,
    );
  });

  it('knows weights that come along', () => {
    const { file, shipped } = checkNetworkChoice({ model: 'ifrnet_s' });
    expect([file.endsWith('ifrnet_s.safetensors'), shipped?.trainedTimes]).toEqual([true, 'any']);
    expect(checkNetworkChoice({ model: 'ifrnet_s', weights: 'own.pth' })).not.toHaveProperty('shipped');
  });
});
