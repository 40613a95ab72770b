import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createRandom, MediaError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSyntheticBatches } from '../batches/batches.js';
import { createBrokenFiles } from '../batches/broken.js';
import { writeFrame } from '../image/frame-file.js';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { readPhoto } from './photo.js';
import { openPhotoTextures } from './photo-folder.js';
import { createPhotoLibrary } from './photo-library.js';
import { cutPhoto } from './photo-texture.js';

let root: string;
let folder: string;

type Colour = readonly [number, number, number];

function picture(width: number, height: number, colour: (x: number, y: number) => Colour) {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), i * 3);
  return { data, width, height };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-photos-'));
  folder = join(root, 'photos');
  await writeFrame(
    join(folder, 'b10.png'),
    picture(90, 60, (x) => [200 + (x % 40), 20, 20]),
  );
  await writeFrame(
    join(folder, 'b9.webp'),
    picture(70, 80, (_, y) => [20, 200 + (y % 40), 20]),
  );
  await writeFrame(
    join(folder, 'deeper', 'a.jpg'),
    picture(64, 64, (x, y) => [20, 20, 180 + ((x + y) % 60)]),
  );
  await writeFile(join(folder, '.hidden.png'), 'no picture');
  await writeFile(join(folder, 'notes.txt'), 'no picture');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The folder with a file more that is no picture. */
async function brokenFolder(name: string, healthy: boolean): Promise<string> {
  const target = join(root, name);
  await mkdir(target);
  await writeFile(join(target, '1.png'), 'no picture');
  if (healthy)
    await writeFrame(
      join(target, '2.png'),
      picture(40, 40, (x) => [x * 6, 100, 50]),
    );
  return target;
}

describe('openPhotoTextures', () => {
  it('lists photographs in folders below too, in natural order', async () => {
    const { files, share } = await openPhotoTextures({ folder });
    expect(files).toEqual(['b9.webp', 'b10.png', 'deeper/a.jpg'].map((name) => join(folder, name)));
    expect(share).toBe(1);
  });

  it('names a folder that is missing or empty, and an invalid option', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    await expect(openPhotoTextures({ folder: empty })).rejects.toThrow(/empty: holds no photographs/);
    await expect(openPhotoTextures({ folder: empty })).rejects.toThrow(MediaError);
    await expect(openPhotoTextures({ folder: join(root, 'none') })).rejects.toThrow(/none: no such folder/);
    await expect(openPhotoTextures({ folder, share: 2 })).rejects.toThrow(ConfigError);
    await expect(openPhotoTextures({ folder, share: 2 })).rejects.toThrow(/textures\.share/);
  });
});

describe('readPhoto', () => {
  it('reduces to the longest side and halves down to 16 pixels', async () => {
    const { levels, bytes } = await readPhoto(join(folder, 'b10.png'), 66);
    expect(levels.map(({ width, height }) => [width, height])).toEqual([
      [66, 44],
      [33, 22],
    ]);
    expect(bytes).toBe((66 * 44 + 33 * 22) * 3);
  });

  it('names a file that is too small', async () => {
    const file = join(root, 'small.png');
    await writeFrame(
      file,
      picture(40, 12, () => [0, 0, 0]),
    );
    await expect(readPhoto(file, 64)).rejects.toThrow(/small\.png: expected at least 16 pixels a side, found 40 x 12/);
  });
});

describe('createPhotoLibrary', () => {
  it('gives the same photographs whatever it holds, within its bound', async () => {
    const textures = await openPhotoTextures({ folder });
    const names = async (cacheMegabytes: number) => {
      const library = createPhotoLibrary({ ...textures, cacheMegabytes }, createBrokenFiles('stop'));
      const drawn = [];
      for (let k = 0; k < 20; k++) drawn.push((await library.draw(createRandom(k))).file);
      return drawn;
    };
    const drawn = await names(100);
    expect(await names(0.03)).toEqual(drawn);
    expect(new Set(drawn).size).toBe(3);
  });

  it('ends at a broken file, or reports it once and takes the next', async () => {
    const textures = await openPhotoTextures({ folder: await brokenFolder('broken', true) });
    const strict = createPhotoLibrary(textures, createBrokenFiles('stop'));
    const draws = Array.from({ length: 8 }, (_, k) => () => strict.draw(createRandom(k)));
    const failures = (await Promise.allSettled(draws.map((draw) => draw()))).filter((r) => r.status === 'rejected');
    expect(failures.length).toBeGreaterThan(0);
    expect(String(failures[0]!.reason)).toMatch(/1\.png: is damaged.*onBrokenSample: skip/);
    const broken = createBrokenFiles('skip');
    const lenient = createPhotoLibrary(textures, broken);
    for (let k = 0; k < 8; k++) expect((await lenient.draw(createRandom(k))).file).toMatch(/2\.png$/);
    expect(broken.take().map(({ file }) => file)).toEqual([textures.files[0]]);
  });

  it('cannot go on when no file can be read', async () => {
    const textures = await openPhotoTextures({ folder: await brokenFolder('hopeless', false) });
    const library = createPhotoLibrary(textures, createBrokenFiles('skip'));
    await expect(library.draw(createRandom(1))).rejects.toThrow(/hopeless: none of its 1 photographs can be read/);
  });
});

describe('cutPhoto', () => {
  it('shows a window of the photograph, not stretched, at any angle', async () => {
    // The colours tell the place, so that neighbouring texels tell step and direction.
    const file = join(root, 'place.png');
    await writeFrame(
      file,
      picture(250, 250, (x, y) => [x, y, 128]),
    );
    const photo = await readPhoto(file, 256);
    for (let seed = 0; seed < 30; seed++) {
      const grid = { width: 40, height: 30 };
      const cut = cutPhoto(photo, grid, createRandom(seed), { maxAngle: Math.PI, jitter: 0 });
      const at = (x: number, y: number) => [cut[(y * 40 + x) * 3]! * 255, cut[(y * 40 + x) * 3 + 1]! * 255] as const;
      const [origin, right, below] = [at(0, 0), at(39, 0), at(0, 29)];
      const across = [(right[0] - origin[0]) / 39, (right[1] - origin[1]) / 39] as const;
      const down = [(below[0] - origin[0]) / 29, (below[1] - origin[1]) / 29] as const;
      expect(Math.hypot(...down)).toBeCloseTo(Math.hypot(...across), 1);
      expect(across[0] * down[0] + across[1] * down[1]).toBeCloseTo(0, 1);
      const middle = at(20, 15);
      expect(middle[0]).toBeCloseTo(origin[0] + 20 * across[0] + 15 * down[0], 0);
      for (const [x, y] of [origin, right, below, at(39, 29)]) {
        expect(Math.min(x, y)).toBeGreaterThan(-0.01);
        expect(Math.max(x, y)).toBeLessThan(249.01);
      }
    }
  });

  it('changes colours by the jitter only', async () => {
    const photo = await readPhoto(join(folder, 'b10.png'), 256);
    const cut = (jitter: number) =>
      cutPhoto(photo, { width: 8, height: 8 }, createRandom(4), { maxAngle: 0, jitter }).subarray(0, 3);
    expect(cut(0)[1]).toBeCloseTo(20 / 255, 2);
    expect(cut(0.5)).not.toEqual(cut(0));
  });
});

describe('scenes with photographs', () => {
  it('show them on backgrounds and objects, or on a share of the surfaces', async () => {
    const scene = { height: 32, width: 32, clutter: [0, 0] as [number, number] };
    const hasColour = (data: ArrayLike<number>, i: number) => {
      const [r, g, b] = [data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!].sort((x, y) => x - y);
      return g! < 60 && r! < 60 && b! > 150;
    };
    const share = async (part: number) => {
      const textures = await openPhotoTextures({ folder, share: part, jitter: 0 });
      const data = createSyntheticDataset({ seed: 3, length: 12, scene, textures });
      const counts = { background: [0, 0], object: [0, 0] };
      for (let k = 0; k < 12; k++) {
        const { frames, masks } = await data.sample(k);
        masks![1].data.forEach((label, i) => {
          const count = counts[label === 0 ? 'background' : 'object'];
          count[0]! += hasColour(frames[1].data, i) ? 1 : 0;
          count[1]! += 1;
        });
      }
      return {
        background: counts.background[0]! / counts.background[1]!,
        object: counts.object[0]! / counts.object[1]!,
      };
    };
    const all = await share(1);
    expect(Math.min(all.background, all.object)).toBeGreaterThan(0.8);
    const none = await share(0);
    expect(Math.max(none.background, none.object)).toBeLessThan(0.2);
    const half = await share(0.5);
    expect((half.background + half.object) / 2).toBeGreaterThan(0.25);
    expect((half.background + half.object) / 2).toBeLessThan(0.75);
  });

  it('are the same for any number of workers, and keep the patterns of scenes without', async () => {
    const textures = await openPhotoTextures({ folder });
    const options = { seed: 5, batchSize: 2, height: 32, width: 48, flow: true } as const;
    const inline = createSyntheticBatches({ ...options, textures });
    const pooled = createSyntheticBatches({ ...options, textures, workers: 2 });
    for (const step of [0, 3, 1]) expect(await pooled.batch(step)).toEqual(await inline.batch(step));
    await pooled.dispose();
    const patterns = await createSyntheticBatches(options).batch(0);
    const none = createSyntheticBatches({ ...options, textures: { ...textures, share: 0 } });
    expect((await none.batch(0)).frame0).toEqual(patterns.frame0);
    expect((await inline.batch(0)).frame0).not.toEqual(patterns.frame0);
  });

  it('tell of broken photographs across threads', async () => {
    const textures = await openPhotoTextures({ folder: await brokenFolder('threads', true) });
    const heard: string[] = [];
    const options = { seed: 5, batchSize: 4, height: 16, width: 16, textures, workers: 1 };
    const lenient = createSyntheticBatches({
      ...options,
      onBrokenSample: 'skip',
      onBroken: ({ file }) => heard.push(file),
    });
    await lenient.batch(0);
    expect(heard).toEqual([textures.files[0]]);
    await lenient.dispose();
    const strict = createSyntheticBatches(options);
    await expect(strict.batch(0)).rejects.toThrow(/1\.png: is damaged/);
    await strict.dispose();
  });
});
