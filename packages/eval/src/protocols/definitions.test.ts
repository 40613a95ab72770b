import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { squareFrame, useTemporaryFolder } from '../../test/support/data-sets.js';
import { findMetric } from '../evaluation/metrics/registry.js';
import type { Protocol } from '../evaluation/protocol-schema.js';
import { davis2016Validation } from './definitions/davis-sequences.js';
import { openProtocol } from './open-protocol.js';
import { findProtocol, protocols } from './registry.js';
import { findResultProtocol, resultProtocols } from './result-registry.js';

const root = useTemporaryFolder();

/** The same picture serves as every frame. */
const { data, width: pictureWidth, height: pictureHeight } = squareFrame(0, 64, 34);
const picture = encode({ data: data as Uint8Array, width: pictureWidth, height: pictureHeight, channels: 3, depth: 8 });

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root.path, path, '..'), { recursive: true });
    await writeFile(join(root.path, path), picture);
  }
}

const numbered = (count: number, nameOf: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => nameOf(i));
const digits = (value: number, length: number): string => String(value).padStart(length, '0');
const davis = (resolution: string, count: number) => async (): Promise<void> =>
  put(...numbered(count, (i) => `JPEGImages/${resolution}/blackswan/${digits(i, 5)}.jpg`));
const xiph = () => put(...numbered(100, (i) => `Tango-${digits(i + 1, 3)}.png`));
const snuFilm = (level: string) => async (): Promise<void> => {
  const files = ['000001', '000003', '000005'].map((name) => `test/GOPRO_test/GOPR0384_11_00/${name}.png`);
  await put(...files);
  const line = files.map((file) => `data/SNU-FILM/${file}`).join(' ');
  await put(`eval_modes/test-${level}.txt`);
  await writeFile(join(root.path, `eval_modes/test-${level}.txt`), `${line}\n\n`);
};
const ucf101 = async (): Promise<void> => {
  for (const name of ['1', '3781']) {
    await put(...['frame_00', 'frame_01_gt', 'frame_02'].map((file) => `ucf101_interp_ours/${name}/${file}.png`));
    await put(`motion_masks_ucf101_interp/${name}/motion_mask.png`);
  }
};

interface Miniature {
  readonly make: () => Promise<void>;
  /** Ids of the items that the miniature holds. */
  readonly items: readonly string[];
  /** Targets of the first item's predictions. */
  readonly targets: readonly number[];
  /** Size of its frames, if the protocol's sizes were a 64th. */
  readonly size: readonly [number, number];
}

const odd = (last: number): number[] =>
  numbered(last, (i) => `${i + 1}`)
    .map(Number)
    .filter((i) => i % 2 === 1);

/** A data set in the official layout for each protocol that reads one. */
const miniatures: Readonly<Record<string, Miniature>> = {
  x2: { make: davis('480p', 5), items: ['blackswan'], targets: [1, 3], size: [64, 34] },
  'davis2016-dev-x2': { make: davis('480p', 6), items: ['blackswan'], targets: [1, 3], size: [64, 34] },
  'davis2016-dev-31': { make: davis('480p', 31), items: ['blackswan'], targets: odd(27), size: [64, 34] },
  'davis2016-x2': { make: davis('480p', 7), items: ['blackswan'], targets: [1, 3, 5], size: [64, 34] },
  'davis2017-x2': { make: davis('480p', 3), items: ['blackswan'], targets: [1], size: [64, 34] },
  'davis2016-x4': { make: davis('480p', 8), items: ['blackswan'], targets: [2, 1, 3], size: [64, 34] },
  'vimeo90k-test': {
    make: async () => {
      await put(...['im1', 'im2', 'im3'].map((name) => `sequences/00001/0389/${name}.png`));
      await writeFile(join(root.path, 'tri_testlist.txt'), '00001/0389\n\n');
    },
    ...{ items: ['00001/0389'], targets: [1], size: [64, 34] },
  },
  'ucf101-dvf': { make: ucf101, items: ['1', '3781'], targets: [1], size: [64, 34] },
  'ucf101-zoom-in': { make: ucf101, items: ['1', '3781'], targets: [1], size: [64, 34] },
  'middlebury-other': {
    make: () =>
      put('other-data/Urban3/frame10.png', 'other-data/Urban3/frame11.png', 'other-gt-interp/Urban3/frame10i11.png'),
    ...{ items: ['Urban3'], targets: [1], size: [64, 34] },
  },
  'xiph-2k': { make: xiph, items: ['Tango'], targets: odd(97), size: [32, 17] },
  'xiph-4k': { make: xiph, items: ['Tango'], targets: odd(97), size: [32, 17] },
  'hd-544p-x4': {
    make: async () => {
      await mkdir(join(root.path, 'HD544p_GT'));
      await writeFile(
        join(root.path, 'HD544p_GT/Sintel_Temple1_1280x544.yuv'),
        Buffer.alloc(9 * 1280 * 544 * 1.5, 128),
      );
    },
    ...{ items: ['Sintel_Temple1_1280x544'], targets: [2, 1, 3, 6, 5, 7], size: [1280, 544] },
  },
  'snu-film-easy': {
    make: snuFilm('easy'),
    ...{ items: ['test/GOPRO_test/GOPR0384_11_00/000003'], targets: [1], size: [64, 34] },
  },
  'snu-film-medium': {
    make: snuFilm('medium'),
    ...{ items: ['test/GOPRO_test/GOPR0384_11_00/000003'], targets: [1], size: [64, 34] },
  },
  'snu-film-hard': {
    make: snuFilm('hard'),
    ...{ items: ['test/GOPRO_test/GOPR0384_11_00/000003'], targets: [1], size: [64, 34] },
  },
  'snu-film-extreme': {
    make: snuFilm('extreme'),
    ...{ items: ['test/GOPRO_test/GOPR0384_11_00/000003'], targets: [1], size: [64, 34] },
  },
  'pervfi-davis-480p': { make: davis('480p', 4), items: ['blackswan'], targets: [1], size: [10, 8] },
  'pervfi-davis-1080p': { make: davis('Full-Resolution', 4), items: ['blackswan'], targets: [1], size: [64, 34] },
  'cityscapes-zoom-in': {
    make: () =>
      put(
        // Two sequences of one recording, which follow each other.
        ...numbered(60, (i) => {
          const name = `frankfurt_000001_${digits(275 + i, 6)}`;
          return `leftImg8bit_sequence/val/frankfurt/${name}_leftImg8bit.png`;
        }),
        ...numbered(30, (i) => `leftImg8bit_sequence/val/lindau/lindau_000000_${digits(i, 6)}_leftImg8bit.png`),
      ),
    ...{ items: ['frankfurt_000001_000275', 'frankfurt_000001_000305', 'lindau_000000_000000'] },
    ...{ targets: [19], size: [8, 4] },
  },
};

/** The same geometry for pictures a 64th as large. */
function reduced(geometry: Protocol['geometry']): Protocol['geometry'] {
  if (geometry.kind !== 'resize' && geometry.kind !== 'center-crop') return geometry;
  return { ...geometry, width: Math.round(geometry.width / 64), height: Math.round(geometry.height / 64) };
}

describe('miniatures of data sets', () => {
  it('there is one for each protocol that reads files', () => {
    const reading = protocols.filter(({ layout }) => layout.kind !== 'synthetic').map(({ id }) => id);
    expect(Object.keys(miniatures).sort()).toEqual([...reading].sort());
  });

  it.each(Object.keys(miniatures))('%s', async (id) => {
    const { make, items: expected, targets, size } = miniatures[id]!;
    await make();
    const protocol = findProtocol(id);
    const { items, warnings } = await openProtocol({ ...protocol, geometry: reduced(protocol.geometry) }, root.path);
    expect(items.map((item) => item.id)).toEqual(expected);
    expect(items[0]!.predictions.map(({ target }) => target)).toEqual(targets);
    const { width, height } = await items[0]!.frame(items[0]!.predictions[0]!.target);
    expect([width, height]).toEqual(size);
    if (protocol.items === undefined) return;
    expect(warnings.at(-1)!.problem).toBe(
      `expected ${protocol.items} items as the protocol has, found ${items.length}.`,
    );
  });
});

describe('definitions', () => {
  it('are called by different names and found by them', () => {
    const ids = [...protocols, ...resultProtocols].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(findProtocol('vimeo90k-test').items).toBe(3782);
    expect(() => findProtocol('vimeo')).toThrow(/no protocol "vimeo".*vimeo90k-test/);
    expect(() => findResultProtocol('vot')).toThrow(/vot2018/);
  });

  it('measure what there is', () => {
    for (const { metrics } of protocols) {
      for (const { metric, options } of metrics) expect(() => findMetric(metric).checkOptions(options)).not.toThrow();
    }
  });

  it('publish values of their own metrics', () => {
    const segmentation = ['j-and-f', 'j-mean', 'f-mean'];
    for (const { id, metrics, published, segmentation: hasMasks } of protocols) {
      const names = [...metrics.map(({ metric, as = metric }) => as), ...(hasMasks === undefined ? [] : segmentation)];
      expect(new Set(names).size).toBe(names.length);
      for (const { rows } of published) {
        for (const { method, item, values } of rows) {
          if (item !== undefined) expect(davis2016Validation, `${id}: ${method}`).toContain(item);
          expect(Object.keys(values), `${id}: ${method}`).not.toEqual([]);
          for (const column of Object.keys(values)) expect(names, `${id}: ${method}`).toContain(column);
        }
      }
    }
  });

  it('have the sizes of Xiph and the names of UCF101', () => {
    expect(findProtocol('xiph-2k').geometry).toEqual({ kind: 'resize', width: 2048, height: 1080, filter: 'area' });
    expect(findProtocol('xiph-4k').geometry).toEqual({ kind: 'center-crop', width: 2048, height: 1080 });
    const { layout } = findProtocol('ucf101-dvf');
    expect(layout).toMatchObject({ kind: 'triplet-folders' });
    if (layout.kind === 'triplet-folders') expect([layout.names!.length, layout.names!.at(-1)]).toEqual([379, '3781']);
  });
});
