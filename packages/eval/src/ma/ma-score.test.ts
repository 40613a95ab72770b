import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Frame, type HostTensor, hostTensor } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../test/support/fixtures.js';
import { findMetric } from '../evaluation/metrics/registry.js';
import { predictByForest } from './forest.js';
import { maScore } from './ma-score.js';
import { readMaParameters } from './parameters.js';

/** Two trees: one asks feature 1, then (on its right) feature 2; the other says 8 at once. */
const column = (first: readonly number[], second: readonly number[]) => first.flatMap((v, i) => [v, second[i]!]);
const forest = {
  left: column([2, 0, 4, 0, 0], [0, 0, 0, 0, 0]),
  right: column([3, 0, 5, 0, 0], [0, 0, 0, 0, 0]),
  feature: column([1, 0, 2, 0, 0], [0, 0, 0, 0, 0]),
  threshold: column([0.25, 0, 1.5, 0, 0], [0, 0, 0, 0, 0]),
  prediction: column([5, 1, 5, 3, 9], [8, 0, 0, 0, 0]),
};

/** Tensors of a file: that forest three times, with predictions times 1, 2 and 3. */
function tensors() {
  const parts = [0, 1, 2].flatMap((i) =>
    Object.entries(forest).map(([part, values]) => {
      const factor = part === 'prediction' ? i + 1 : 1;
      return [
        `forests.${i}.${part}`,
        hostTensor(
          Float32Array.from(values, (v) => factor * v),
          [5, 2],
        ),
      ] as const;
    }),
  );
  return new Map<string, HostTensor>([
    ['linear', hostTensor(Float32Array.of(0.5, 0.25, 0.125, 0.125), [4])] as const,
    ...parts,
  ]);
}

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-ma-'));
  path = join(folder, 'ma.safetensors');
  await writeSafetensors(path, tensors());
});
afterAll(() => rm(folder, { recursive: true }));

function noise(width: number, height: number): Frame {
  const random = createRandom(2);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random.uniform(0, 255)), width, height };
}

describe('forest', () => {
  it.each([
    [0.25, 7, (1 + 8) / 2],
    [0.26, 1.5, (3 + 8) / 2],
    [0.26, 1.6, (9 + 8) / 2],
  ])('goes left up to the threshold: %d, %d', async (first, second, expected) => {
    const { forests } = await readMaParameters(path);
    expect(predictByForest(forests[1], [first, second])).toBe(2 * expected);
  });
});

describe('maScore', () => {
  it('weighs what the forests say', async () => {
    // The first two shapes and singular values of noise are above the thresholds: the trees say 9 and 8.
    const parameters = await readMaParameters(path);
    const expected = 0.5 + 8.5 * (0.25 * 1 + 0.125 * 2 + 0.125 * 3);
    expect(maScore(noise(92, 92), parameters, { border: 4 })).toBeCloseTo(expected, 12);
    expect(() => maScore(noise(92, 91), parameters, { border: 4 })).toThrow(/at least 84x84 .*92x91/);
  });

  it('is a metric, and half of the perceptual index', async () => {
    const parameters = join(folder, 'parameters');
    const resources = { parameters: folder };
    const frame = { truth: noise(200, 104), prediction: noise(200, 104), mask: null };
    const measured = async (name: string, options = {}) => {
      const measure = await findMetric(name).create(options, resources);
      if (measure.kind !== 'frame') throw new Error(`${name} is a metric of frames`);
      return (await measure.measure(frame))!;
    };
    await expect(findMetric('pi').create({}, resources)).rejects.toThrow(/Needed: .*niqe.* and ma\.safetensors/);
    await expect(findMetric('ma').create({}, { parameters })).rejects.toThrow(/model\.mat/);
    await copyFile(fixturePath('niqe/niqe_pristine.safetensors'), join(folder, 'niqe.safetensors'));
    const [ma, niqe] = [await measured('ma', { border: 4 }), await measured('niqe', { luma: 'bt601', border: 4 })];
    expect(await measured('pi')).toBeCloseTo((10 - ma + niqe) / 2, 12);
    expect(await findMetric('pi').parameterFiles(resources)).toEqual([join(folder, 'niqe.safetensors'), path]);
  });

  it('says what is wrong with a file', async () => {
    const broken = join(folder, 'broken.safetensors');
    const write = async (change: (map: ReturnType<typeof tensors>) => void) => {
      const map = tensors();
      change(map);
      await writeSafetensors(broken, map);
      return readMaParameters(broken);
    };
    await expect(readMaParameters(join(folder, 'model.mat'))).rejects.toThrow(/no safetensors file/);
    await expect(write((map) => map.delete('forests.2.left'))).rejects.toThrow(/no tensor "forests\.2\.left"/);
    await expect(write((map) => map.set('linear', hostTensor(new Float32Array(3), [3])))).rejects.toThrow(/expected 4/);
    const wrong = (name: string, shape: number[], value: number) =>
      write((map) => map.set(name, hostTensor(new Float32Array(10).fill(value), shape)));
    await expect(wrong('forests.0.right', [2, 5], 0)).rejects.toThrow(/expected \[5, 2\], found \[2, 5\]/);
    await expect(wrong('forests.0.right', [5, 2], 6)).rejects.toThrow(/whole numbers 0\.\.5, found 6/);
    await expect(wrong('forests.0.feature', [5, 2], 19)).rejects.toThrow(/whole numbers 0\.\.18, found 19/);
  });
});
