import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vosvfi/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSyntheticBatches } from '../batches/batches.js';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { readCutOut } from './cut-out.js';
import { openCutOuts } from './cut-out-folder.js';
import { cutOutSurface } from './cut-out-surface.js';
import { nearestPixels } from './nearest.js';

let root: string;
let folder: string;

/** A red disk of radius 20 off the centre of a transparent picture of 80 x 60, with green under the transparency. */
async function writeDisk(file: string): Promise<void> {
  const data = Buffer.alloc(80 * 60 * 4);
  for (let i = 0; i < 80 * 60; i++) {
    const isInside = Math.hypot((i % 80) - 29.5, Math.floor(i / 80) - 24.5) < 20;
    data.set(isInside ? [220, 30, 40, 255] : [0, 255, 0, 0], i * 4);
  }
  await sharp(data, { raw: { width: 80, height: 60, channels: 4 } })
    .png()
    .toFile(file);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-cut-outs-'));
  folder = join(root, 'things');
  await mkdir(join(folder, 'drawn'), { recursive: true });
  await writeDisk(join(folder, 'disk.png'));
  await writeFile(join(folder, 'drawn', 'ball.png'), 'no picture');
  await writeFile(join(folder, 'notes.txt'), 'no picture');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('openCutOuts', () => {
  it('lists pictures that can be transparent, without what is excluded', async () => {
    const all = await openCutOuts({ folder });
    expect(all.files.map((file) => file.slice(folder.length + 1))).toEqual(['disk.png', 'drawn/ball.png']);
    for (const exclude of ['drawn', 'ball.png']) {
      const some = await openCutOuts({ folder, exclude: [exclude] });
      expect(some.files.map((file) => file.slice(folder.length + 1))).toEqual(['disk.png']);
    }
    await expect(openCutOuts({ folder, exclude: ['drawn', 'disk.png'] })).rejects.toThrow(/things: holds no cut-outs/);
    await expect(openCutOuts({ folder, share: 2 })).rejects.toThrow(/cutOuts\.share/);
  });
});

describe('nearestPixels', () => {
  it('agrees with trying all pixels', () => {
    const [width, height] = [19, 13];
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed);
      const members = new Set(Array.from({ length: 6 }, () => random.integer(0, width * height - 1)));
      const found = nearestPixels((pixel) => members.has(pixel), width, height);
      for (let i = 0; i < width * height; i++) {
        const away = (j: number) =>
          Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width));
        const least = Math.min(...[...members].map(away));
        expect(found.distance[i]! - least).toBeLessThan(0.3);
        expect(found.distance[i]).toBeCloseTo(away(found.index[i]!), 5);
      }
    }
  });

  it('tells an empty set', () => {
    expect([...nearestPixels(() => false, 3, 2).index]).toEqual([-1, -1, -1, -1, -1, -1]);
  });
});

describe('readCutOut', () => {
  it('trims the ground, measures the outline and carries colours beyond it', async () => {
    const { levels, distance } = await readCutOut(join(folder, 'disk.png'), 320);
    const { width, height, data } = levels[0]!;
    expect([width, height]).toEqual([44, 44]);
    expect(levels.map((level) => level.width)).toEqual([44, 22, 11]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        expect(Math.abs(distance[i]! - (Math.hypot(x - 21.5, y - 21.5) - 20))).toBeLessThan(1);
        expect([...data.subarray(i * 3, i * 3 + 3)]).toEqual([220, 30, 40]);
      }
    }
  });

  it('reduces large ones', async () => {
    const { levels } = await readCutOut(join(folder, 'disk.png'), 32);
    expect([levels[0]!.width, levels[0]!.height]).toEqual([36, 36]);
  });

  it('refuses what is no thing on a transparent ground', async () => {
    const opaque = join(root, 'opaque.png');
    const clear = join(root, 'clear.png');
    const create = (alpha: number) =>
      ({ width: 40, height: 40, channels: 4, background: { r: 9, g: 9, b: 9, alpha } }) as const;
    await sharp({ create: create(1) })
      .png()
      .toFile(opaque);
    await sharp({ create: create(0.2) })
      .png()
      .toFile(clear);
    await expect(readCutOut(opaque, 64)).rejects.toThrow(/opaque\.png: expected a thing .* found 100 % opaque/);
    await expect(readCutOut(clear, 64)).rejects.toThrow(/clear\.png: expected a thing .* found 0 % opaque/);
    await expect(readCutOut(join(folder, 'drawn', 'ball.png'), 64)).rejects.toThrow(/ball\.png: is damaged/);
  });
});

describe('cutOutSurface', () => {
  it('has its corners on the radius and the outline of the picture', async () => {
    const cutOut = await readCutOut(join(folder, 'disk.png'), 320);
    const { shape } = cutOutSurface(cutOut, 40, 0, createRandom(1));
    const diskRadius = (20 * (40 - 0.5)) / Math.hypot(22, 22);
    for (let angle = 0; angle < 6; angle += 0.5) {
      const at = (r: number) => shape.distance(r * Math.cos(angle), r * Math.sin(angle));
      expect(Math.abs(at(diskRadius))).toBeLessThan(1);
      expect(Math.abs(at(diskRadius - 8) + 8)).toBeLessThan(1);
      expect(at(80)).toBeGreaterThan(30);
    }
  });
});

describe('scenes with cut-outs', () => {
  const options = {
    height: 96,
    width: 96,
    objects: [1, 1] as [number, number],
    radius: [0.3, 0.3] as [number, number],
    clutter: [0, 0] as [number, number],
  };

  it('show them where the masks say', async () => {
    const cutOuts = await openCutOuts({ folder, exclude: ['drawn'], jitter: 0 });
    const { frames, masks } = await createSyntheticDataset({ seed: 3, length: 1, scene: options, cutOuts }).sample(0);
    let area = 0;
    masks![0].data.forEach((label, pixel) => {
      if (label === 0) return;
      area += 1;
      const around = [-97, -96, -95, -1, 1, 95, 96, 97].map((step) => masks![0].data[pixel + step]);
      if (around.some((other) => other !== 1)) return;
      const colour = [0, 1, 2].map((k) => frames[0].data[pixel * 3 + k]!);
      [220, 30, 40].forEach((value, k) => {
        expect(Math.abs(colour[k]! - value)).toBeLessThan(2);
      });
    });
    expect(area).toBeGreaterThan(300);
  });

  it('pass over broken files in batches if they may', async () => {
    const cutOuts = await openCutOuts({ folder });
    const strict = createSyntheticBatches({ seed: 1, batchSize: 8, ...{ height: 32, width: 32 }, cutOuts, workers: 0 });
    await expect(strict.batch(0)).rejects.toThrow(/ball\.png/);
    const problems: string[] = [];
    const lenient = createSyntheticBatches({
      ...{ seed: 1, batchSize: 8, height: 32, width: 32, cutOuts, workers: 0, onBrokenSample: 'skip' },
      onBroken: ({ message }) => problems.push(message),
    });
    expect((await lenient.batch(0)).mask0!.shape).toEqual([8, 32, 32, 1]);
    expect(problems.join()).toMatch(/ball\.png/);
    await Promise.all([strict.dispose(), lenient.dispose()]);
  });
});
