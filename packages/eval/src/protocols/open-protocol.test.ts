import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, MediaError } from '@vosvfi/core';
import { writeMask } from '@vosvfi/data';
import { describe, expect, it } from 'vitest';
import {
  squareFrame,
  squareMask,
  useTemporaryFolder,
  writeDavis,
  writeEmptyFrames,
  writeSquare,
} from '../../test/support/data-sets.js';
import { type Protocol, type ProtocolInput, protocolSchema } from '../evaluation/protocol-schema.js';
import { openProtocol } from './open-protocol.js';
import { findProtocol } from './registry.js';

const root = useTemporaryFolder();

function protocolOf(parts: Pick<ProtocolInput, 'layout'> & Partial<ProtocolInput>): Protocol {
  return protocolSchema.parse({
    id: 'test',
    version: 1,
    title: 'Test',
    description: 'A test.',
    source: 'https://example.org',
    task: 'interpolation',
    selection: { step: 2 },
    metrics: [{ metric: 'psnr', average: 'per-frame' }],
    ...parts,
  });
}

describe('davis', () => {
  const protocol = protocolOf({ layout: { kind: 'davis' } });

  it('predicts odd frames from even ones, in natural order', async () => {
    await writeDavis(root.path, 'seq10', 4);
    await writeDavis(root.path, 'seq9', 5);
    const { items, warnings } = await openProtocol(protocol, root.path);
    expect(warnings).toEqual([]);
    expect(items.map(({ id, frameCount }) => [id, frameCount])).toEqual([
      ['seq9', 5],
      ['seq10', 4],
    ]);
    expect(items[0]!.given).toEqual([0, 2, 4]);
    expect(items[0]!.predictions).toEqual([
      { target: 1, from: [0, 2], t: 0.5 },
      { target: 3, from: [2, 4], t: 0.5 },
    ]);
    expect(items[1]!.given).toEqual([0, 2]);
    expect(items[0]!.frameName(3)).toBe('00003');
    expect(await items[0]!.frame(3)).toEqual(squareFrame(3));
    expect(await items[0]!.mask(3)).toEqual(squareMask(3));
  });

  it('takes the items and frames that were asked for', async () => {
    for (const name of ['a', 'b', 'c']) await writeDavis(root.path, name, 5);
    const named = await openProtocol(protocol, root.path, { items: ['c', 'b'], maxFrames: 3 });
    expect(named.items.map(({ id, predictions }) => [id, predictions.length])).toEqual([
      ['b', 1],
      ['c', 1],
    ]);
    expect((await openProtocol(protocol, root.path, { maxItems: 2 })).items).toHaveLength(2);
    await expect(openProtocol(protocol, root.path, { items: ['z'] })).rejects.toThrow(/no item "z".* It has: a, b, c/);
  });

  it('leaves out sequences with gaps or too few frames and says so', async () => {
    await writeDavis(root.path, 'gap', 5);
    await writeDavis(root.path, 'good', 5);
    await writeDavis(root.path, 'one', 1);
    await rm(join(root.path, 'JPEGImages/480p/gap/00002.png'));
    await rm(join(root.path, 'Annotations/480p/good/00003.png'));
    const { items, warnings } = await openProtocol(protocol, root.path);
    expect(items.map(({ id }) => id)).toEqual(['good']);
    expect(await items[0]!.mask(3)).toBeNull();
    expect(warnings.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
      'JPEGImages/480p/gap/00003.png: a frame is missing between 00001 and 00003; if nothing is, number them without gaps.',
      'Annotations/480p/good: 1 of 5 frames have no mask, the first is 00003.png.',
      'one: left out: needs at least 3 frames, found 1.',
    ]);
  });

  it('reads one folder of frames, and says when there is nothing', async () => {
    await writeDavis(root.path, 'a', 3);
    const { items } = await openProtocol(protocol, join(root.path, 'JPEGImages/480p/a'));
    expect(items[0]!.id).toBe('a');
    expect(await items[0]!.mask(1)).toBeNull();
    await expect(openProtocol(protocol, join(root.path, 'none'))).rejects.toThrow(
      /no such folder.* The data set: https:\/\/example.org/,
    );
    await expect(openProtocol(protocol, join(root.path, 'Annotations'))).rejects.toThrow(/expected pictures, folders/);
    const file = join(root.path, 'JPEGImages/480p/a/00000.png');
    await expect(openProtocol(protocol, file)).rejects.toThrow(/is a file; expected a folder. .*ffmpeg -i/);
    await expect(openProtocol(protocol, undefined)).rejects.toThrow(ConfigError);
  });

  it('reads folders of frames side by side, unless sequences are named', async () => {
    await writeDavis(root.path, 'a', 3);
    await writeDavis(root.path, 'b', 5);
    const folder = join(root.path, 'JPEGImages/480p');
    const { items } = await openProtocol(protocol, folder);
    expect(items.map(({ id, predictions }) => [id, predictions.length])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    const named = protocolOf({ layout: { kind: 'davis', sequences: ['a'] } });
    await expect(openProtocol(named, folder)).rejects.toThrow(MediaError);
  });

  it('names pictures of another size and damaged ones when they are read', async () => {
    await writeDavis(root.path, 'a', 3);
    await writeSquare(join(root.path, 'JPEGImages/480p/a/00001.png'), 1, 20);
    await writeMask(join(root.path, 'Annotations/480p/a/00002.png'), squareMask(2, 20));
    await writeFile(join(root.path, 'JPEGImages/480p/a/00002.png'), 'no picture');
    const [item] = (await openProtocol(protocol, root.path)).items;
    await expect(item!.frame(1)).rejects.toThrow(/00001.png: expected 24x16 as 00000.png of "a", found 20x16/);
    await expect(item!.mask(2)).rejects.toThrow(/Annotations.*00002.png: expected 24x16/);
    await expect(item!.frame(2)).rejects.toThrow(/00002.png: is damaged/);
    await expect(item!.frame(3)).rejects.toThrow(RangeError);
  });

  it('has a digest that changes with contents and geometry only', async () => {
    await writeDavis(root.path, 'a', 5);
    const digest = async (options = {}, geometry = protocol.geometry) =>
      (await openProtocol({ ...protocol, geometry }, root.path, options)).items[0]!.digest();
    const first = await digest();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest()).toBe(first);
    expect(await digest({ maxFrames: 3 })).not.toBe(first);
    expect(await digest({}, { kind: 'shrink', factor: 2 })).not.toBe(first);
    await writeMask(join(root.path, 'Annotations/480p/a/00004.png'), squareMask(1));
    const second = await digest();
    expect(second).not.toBe(first);
    await writeSquare(join(root.path, 'JPEGImages/480p/a/00000.png'), 7);
    expect(await digest()).not.toBe(second);
  });
});

describe('the first protocols', () => {
  it('compare 14 of 31 frames and show the frames behind them', async () => {
    await writeEmptyFrames(join(root.path, 'JPEGImages/480p/a'), 34);
    const [item] = (await openProtocol(findProtocol('davis2016-dev-31'), root.path)).items;
    expect(item!.frameCount).toBe(31);
    expect(item!.given.at(-1)).toBe(30);
    expect(item!.predictions.map(({ target }) => target)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27]);
    const [whole] = (await openProtocol(findProtocol('davis2016-dev-x2'), root.path)).items;
    expect(whole!.predictions.map(({ target }) => target)).toEqual(Array.from({ length: 16 }, (_, i) => 2 * i + 1));
  });

  it('draw scenes from seeds', async () => {
    const { layout } = findProtocol('synthetic-x2');
    if (layout.kind !== 'synthetic') throw new Error('expected scenes');
    const synthetic = protocolOf({
      layout: { ...layout, scene: { ...layout.scene, width: 48, height: 32 } },
      items: 12,
    });
    const { items, warnings } = await openProtocol(synthetic, undefined);
    expect(warnings).toEqual([]);
    expect(items).toHaveLength(12);
    const frame = await items[3]!.frame(4);
    expect([frame.width, frame.height]).toEqual([48, 32]);
    expect(await (await openProtocol(synthetic, undefined)).items[3]!.frame(4)).toEqual(frame);
    expect(Math.max(...(await items[3]!.mask(4))!.data)).toBeGreaterThan(0);
    expect(await items[3]!.digest()).not.toBe(await items[4]!.digest());
  });
});
