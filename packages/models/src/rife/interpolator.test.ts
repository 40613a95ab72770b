import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom, type Frame, UnsupportedError } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetworkWeights, loadWeights, saveWeights } from '../weights/index.js';
import { createRife, createRifeInterpolator, type RifeConfig, type RifeInterpolatorOptions } from './index.js';

const config: RifeConfig = { blocks: [8, 6, 4], teacher: 4, context: 2, anyTime: false };
const network = createRife(config);
const weights = initializeWeights(network.parameters, createRandom(5));
let folder: string;

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-rife-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function interpolate(frames: readonly [Frame, Frame], options: Partial<RifeInterpolatorOptions> = {}, t = 0.5) {
  const interpolator = createRifeInterpolator({ config, weights, engine: 'cpu', ...options });
  try {
    return (await interpolator.interpolate(...frames, [t]))[0]!;
  } finally {
    await interpolator.dispose();
  }
}

function picture(width: number, height: number, seed: number): Frame {
  const random = createRandom(seed);
  return { data: Float32Array.from({ length: width * height * 3 }, () => random.uniform()), width, height };
}

/** What the network itself makes of frames padded with zeros to 32 x 32. */
function direct([first, second]: readonly [Frame, Frame], scale?: number): Float32Array {
  return tf.tidy(() => {
    const [frame0, frame1] = [first, second].map(({ data, width, height }) =>
      tf.pad(tf.tensor4d(data as Float32Array, [1, height, width, 3]), [
        [0, 0],
        [0, 32 - height],
        [0, 32 - width],
        [0, 0],
      ]),
    ) as [tf.Tensor, tf.Tensor];
    const tensors = new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
    const given = { frame0, frame1, t: tf.fill([1, 1, 1, 1], 0.5), ...(scale === undefined ? {} : { scale }) };
    const { frame } = network.forward(tensors, given);
    return frame.slice([0, 0, 0, 0], [1, first.height, first.width, 3]).dataSync() as Float32Array;
  });
}

/** Turned by 180 degrees. */
function turn({ data, width, height }: Frame): Frame {
  const turned = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) turned[i] = data[(width * height - 1 - Math.floor(i / 3)) * 3 + (i % 3)]!;
  return { data: turned, width, height };
}

describe('createRifeInterpolator', () => {
  it('pads with zeros at the bottom and at the right, also at a scale over 1', async () => {
    const frames = [picture(19, 30, 1), picture(19, 30, 2)] as const;
    expect(relativeL2((await interpolate(frames)).data, direct(frames))).toBeLessThan(1e-6);
    expect(relativeL2((await interpolate(frames, { scale: 2 })).data, direct(frames, 2))).toBeLessThan(1e-6);
    expect(relativeL2((await interpolate(frames, { scale: 0.5 })).data, direct(frames))).toBeGreaterThan(1e-6);
    await expect(interpolate(frames, { scale: 8 })).rejects.toThrow(ConfigError);
  });

  it('averages with what turned frames give', async () => {
    const frames = [picture(32, 32, 1), picture(32, 32, 2)] as const;
    const plain = await interpolate(frames);
    const turned = turn(await interpolate([turn(frames[0]), turn(frames[1])]));
    const mean = Float32Array.from(plain.data, (value, i) => (value + turned.data[i]!) / 2);
    const averaged = await interpolate(frames, { averageTurned: true });
    expect(relativeL2(averaged.data, mean)).toBeLessThan(1e-6);
    expect(relativeL2(averaged.data, plain.data)).toBeGreaterThan(1e-6);
  });

  it('makes the middle only, and RIFE_m any time', async () => {
    const frames = [picture(32, 32, 1), picture(32, 32, 2)] as const;
    await expect(interpolate(frames, { trainedTimes: 'any' }, 0.25)).rejects.toThrow(UnsupportedError);
    const anyTime = { ...config, anyTime: true };
    const own = initializeWeights(createRife(anyTime).parameters, createRandom(1));
    const made = await interpolate(frames, { config: anyTime, weights: own, trainedTimes: 'any' }, 0.25);
    expect(made.width).toBe(32);
  });
});

describe('weights', () => {
  it('of a whole official file, teacher and parallel prefix included, fit; so does a file without the teacher', async () => {
    const whole = initializeWeights(network.trainingParameters, createRandom(2));
    const path = join(folder, 'flownet.safetensors');
    await saveWeights(path, new Map([...whole].map(([key, tensor]) => [`module.${key}`, tensor])));
    expect((await loadNetworkWeights(path, network)).size).toBe(network.parameters.length);
    const trained = await loadWeights(path, network.trainingParameters);
    expect([...trained.keys()]).toEqual([...whole.keys()]);
    // Weights with the teacher interpolate as well.
    const frames = [picture(32, 32, 1), picture(32, 32, 2)] as const;
    expect((await interpolate(frames, { weights: trained })).height).toBe(32);
    const student = join(folder, 'student.safetensors');
    await saveWeights(student, weights);
    expect((await loadNetworkWeights(student, network)).size).toBe(network.parameters.length);
    await expect(loadWeights(student, network.trainingParameters)).rejects.toThrow('block_tea.conv0.0.0.weight');
  });

  it('of another design are refused with a word about the HD models', async () => {
    const path = join(folder, 'hd.safetensors');
    const other = createRife({ ...config, blocks: [12, 6, 4] });
    await saveWeights(path, initializeWeights(other.parameters, createRandom(2)));
    const failure = await loadNetworkWeights(path, network).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CheckpointError);
    expect((failure as Error).message).toMatch(/have another shape.*the HD models.*other architectures\.$/);
  });
});
