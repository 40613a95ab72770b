import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFrame, writeMask } from '@vosvfi/data';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import {
  squareFrame,
  squareMask,
  useTemporaryFolder,
  writeDavis,
  writeEmptyFrames,
  writeSquare,
} from '../../test/support/data-sets.js';
import { checkLayout, describeLayout } from './check-layout.js';
import { openProtocol } from './open-protocol.js';
import { findProtocol } from './registry.js';

const root = useTemporaryFolder();
const at = (...parts: readonly string[]): string => join(root.path, ...parts);

describe('checkLayout', () => {
  it('finds nothing wrong with a complete data set, and says that sizes are odd', async () => {
    const protocol = findProtocol('davis2016-dev-x2');
    await writeDavis(root.path, 'a', 5);
    for (let i = 0; i < 3; i++) await writeSquare(at('JPEGImages/480p/odd', `${i}.png`), i, 25, 16);
    for (let i = 0; i < 3; i++) await writeMask(at('Annotations/480p/odd', `${i}.png`), squareMask(i, 25));
    const report = await checkLayout(protocol, root.path);
    expect(report).toMatchObject({ found: 2, expected: null, predictions: 3, problems: [] });
    expect(describeLayout(report)).toBe(
      `davis2016-dev-x2: 2 items and 3 predictions in ${root.path}\n` +
        '  1 item of 24x16\n' +
        '  1 item of 25x16 (odd: programs that need even sizes have to pad)\n' +
        'Nothing is missing.',
    );
  });

  it('names everything that is missing, damaged or of another size', async () => {
    const protocol = findProtocol('davis2016-dev-x2');
    await writeDavis(root.path, 'a', 4);
    await writeSquare(at('JPEGImages/480p/a/00001.png'), 1, 20);
    await writeFile(at('JPEGImages/480p/a/00002.png'), 'no picture');
    await writeMask(at('Annotations/480p/a/00003.png'), squareMask(3, 20));
    await writeDavis(root.path, 'single', 1);
    const { found, problems } = await checkLayout(protocol, root.path);
    expect(found).toBe(0);
    expect(problems.map(({ path }) => path)).toEqual([
      'JPEGImages/480p/a/00001.png',
      'JPEGImages/480p/a/00002.png',
      'Annotations/480p/a/00003.png',
      'single',
    ]);
    expect(problems[0]!.problem).toBe('expected 24x16 as the first frame has, found 20x16.');
    expect(problems[1]!.problem).toMatch(/^is damaged, truncated or not a picture/);
    expect(problems[3]!.problem).toBe('needs at least 3 frames, found 1.');
  });

  it('shows twenty problems and counts the others', async () => {
    const protocol = findProtocol('ucf101-dvf');
    await writeEmptyFrames(at('ucf101_interp_ours/1'), 1);
    const report = await checkLayout(protocol, root.path);
    expect(report.problems).toHaveLength(3 * 379 + 1);
    const lines = describeLayout(report).split('\n');
    expect(lines).toHaveLength(1 + 1 + 20 + 1 + 1);
    expect(lines[2]).toBe('  ucf101_interp_ours/1/frame_00.png: no such file.');
    expect(lines.at(-2)).toBe('  ... and 1118 more');
    expect(lines.at(-1)).toMatch(/^Where to get it: UCF101 .*for research/);
  });

  it('knows what is too small to be cut', async () => {
    for (let i = 1; i <= 3; i++) await writeSquare(at(`Tango-00${i}.png`), i);
    const { problems } = await checkLayout(findProtocol('xiph-4k'), root.path);
    expect(problems.find(({ path }) => path === 'Tango')!.problem).toMatch(/at least 2048x1080, found 24x16/);
  });

  it('looks at raw video by its length', async () => {
    const protocol = findProtocol('hd-544p-x4');
    await writeEmptyFrames(at('HD544p_GT'), 1);
    await writeFile(at('HD544p_GT/Sintel_Alley2_1280x544.yuv'), Buffer.alloc(1000));
    const { problems } = await checkLayout(protocol, root.path);
    expect(problems[0]!.problem).toMatch(/whole frames of 1280x544 .* found 1000 bytes/);
    expect(problems[1]).toEqual({ path: 'HD544p_GT/Sintel_Market5_1280x544.yuv', problem: 'no such file.' });
  });

  it('needs no folder where scenes are drawn', async () => {
    expect(await checkLayout(findProtocol('synthetic-x2'), undefined)).toMatchObject({ found: 12, predictions: 48 });
  });
});

describe('masks', () => {
  const protocol = findProtocol('davis2016-dev-x2');
  const [width, height] = [24, 16];

  it('may be palette, grey of 0 and 255, or grey labels', async () => {
    await writeDavis(root.path, 'a', 3);
    const { data } = squareMask(0);
    await writeMask(at('Annotations/480p/a/00000.png'), squareMask(0), { format: 'palette' });
    await writeMask(at('Annotations/480p/a/00001.png'), squareMask(0), { format: 'binary' });
    const labels = data.map((label) => 3 * label);
    await writeFile(at('Annotations/480p/a/00002.png'), encode({ width, height, data: labels, channels: 1, depth: 8 }));
    const [item] = (await openProtocol(protocol, root.path)).items;
    expect((await item!.mask(0))!.data).toEqual(data);
    expect((await item!.mask(1))!.data).toEqual(data);
    expect((await item!.mask(2))!.data).toEqual(labels);
  });

  it('of motion are weights', async () => {
    for (const name of ['frame_00', 'frame_01_gt', 'frame_02']) {
      await writeFrame(at('ucf101_interp_ours/1', `${name}.png`), squareFrame(0));
    }
    const weights = Uint8Array.from({ length: width * height }, (_, i) => i % 256);
    await writeMask(at('motion_masks_ucf101_interp/1/motion_mask.png'), squareMask(0));
    const file = at('motion_masks_ucf101_interp/1/motion_mask.png');
    await writeFile(file, encode({ width, height, data: weights, channels: 1, depth: 8 }));
    const zoomIn = findProtocol('ucf101-zoom-in');
    const { items } = await openProtocol(zoomIn, root.path);
    expect((await items[0]!.mask(1))!.data).toEqual(weights);
    expect(await items[0]!.mask(0)).toBeNull();
    await rm(file);
    const { warnings, items: without } = await openProtocol(zoomIn, root.path);
    expect(warnings[0]).toEqual({ path: 'motion_masks_ucf101_interp/1/motion_mask.png', problem: 'no such mask.' });
    expect(await without[0]!.mask(1)).toBeNull();
  });
});
