import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import { writeMask } from '@vosvfi/data';
import { describe, expect, it } from 'vitest';
import {
  squareFrame,
  squareMask,
  useTemporaryFolder,
  writeDavis,
  writeSquare,
} from '../../../test/support/data-sets.js';
import { fixturePath, readFixtureJson } from '../../../test/support/fixtures.js';
import { evaluationResultSchema } from '../../evaluation/result-schema.js';
import { psnr } from '../../metrics/psnr.js';
import { describeLayout } from '../check-layout.js';
import { findResultProtocol } from '../result-registry.js';
import { checkResultData, evaluateResults } from './evaluate-results.js';
import type { ResultProtocol } from './result-protocol.js';

const root = useTemporaryFolder();
const at = (...parts: readonly string[]): string => join(root.path, ...parts);

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), content);
}

const rows = (values: readonly (readonly number[])[], separator = ','): string =>
  values.map((row) => row.join(separator)).join('\n');

async function scoresOf(protocol: ResultProtocol, data = 'data', results = 'results') {
  const result = await evaluateResults(protocol, at(data), [{ id: 'ours', folder: at(results) }]);
  expect(evaluationResultSchema.parse(result)).toEqual(result);
  return result;
}

describe('VOT', () => {
  interface Video {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly groundtruth: number[][];
    readonly results: Record<string, number[][][]>;
  }
  const videos = readFixtureJson<Video[]>('tracking/trajectories.json');
  const expected = readFixtureJson<Record<string, Record<string, number>>>('tracking/vot.json').steady!;
  const protocol = findResultProtocol('vot2018');

  async function writeVideos(): Promise<void> {
    await put('data/list.txt', `${videos.map(({ name }) => name).join('\n')}\n`);
    for (const { name, width, height, groundtruth, results } of videos) {
      await put(`data/${name}/groundtruth.txt`, `${rows(groundtruth)}\n`);
      for (const [run, result] of results.steady!.entries()) {
        await put(`results/baseline/${name}/${name}_${String(run + 1).padStart(3, '0')}.txt`, rows(result));
      }
      await writeSquare(at(`data/${name}/color/00000001.png`), 0, width, height);
      for (let i = 2; i <= groundtruth.length; i++)
        await put(`data/${name}/color/${String(i).padStart(8, '0')}.png`, '');
    }
  }

  it('gives the numbers of the toolkit', async () => {
    await writeVideos();
    const { summary, protocol: about, items } = await scoresOf(protocol);
    expect(summary.ours!.accuracy).toBeCloseTo(100 * expected.accuracy!, 5);
    expect(summary.ours!.robustness).toBeCloseTo(expected.robustness!, 12);
    // The toolkit's overlaps have single precision.
    expect(summary.ours!.eao).toBeCloseTo(expected.eao!, 7);
    expect(summary.ours!.lost).toBe(expected.lost_number);
    expect(items).toHaveLength(3);
    expect(about.deviations).toEqual(['Evaluated: 3 of 60 items.']);
    expect(about.published[0]!.rows.at(-1)).toEqual({
      method: 'all frames',
      values: { accuracy: 60.4, robustness: 0.243 },
    });
  });

  it('says which file is wrong, and takes NaN boxes', async () => {
    const name = 'video';
    await put(`data/${name}/groundtruth.txt`, 'nan,nan,nan,nan\n1,1,10,10\n2,1,10,10\n');
    for (const i of [1, 2, 3]) await writeSquare(at(`data/${name}/0000000${i}.png`), 0, 32, 24);
    await put(`results/${name}.txt`, '1\n1,1,10,10\nNaN,NaN,NaN,NaN');
    const { summary, metrics } = await scoresOf(protocol);
    expect(summary.ours).toEqual({ accuracy: null, robustness: 0, eao: null, lost: 0 });
    expect(metrics.map(({ name }) => name)).toEqual(['robustness', 'lost']);
    await put(`results/${name}.txt`, '1,1,10,10\n1,1,10,10\n2,1,10,10');
    await expect(scoresOf(protocol)).rejects.toThrow(
      /line 1: expected 1, where the tracker is started, found "1,1,10,10"/,
    );
    await put(`results/${name}.txt`, '1\n3\n2,1,10,10');
    await expect(scoresOf(protocol)).rejects.toThrow(/line 2: expected a region, or 1 \(start\), .* found "3"/);
    await put(`results/${name}.txt`, '1\n1,1,10\n2,1,10,10');
    await expect(scoresOf(protocol)).rejects.toThrow(/video.txt: line 2: expected 1 or 4 or 8 numbers, found "1,1,10"/);
    await put(`results/${name}.txt`, '1\n1,1,10,x\n2,1,10,10');
    await expect(scoresOf(protocol)).rejects.toThrow(/line 2.*"1,1,10,x"/);
    await put(`results/${name}.txt`, '1\n1,1,10,10');
    await expect(scoresOf(protocol)).rejects.toThrow(/expected 3 rows, one for each frame, found 2/);
    await rm(at(`results/${name}.txt`));
    await expect(scoresOf(protocol)).rejects.toThrow(/video_001.txt: no such file.*video.txt would do as well/);
    await rm(at(`data/${name}/00000003.png`));
    await expect(scoresOf(protocol)).rejects.toThrow(/has 2 pictures, but 3 rows/);
    await put(`data/${name}/groundtruth.txt`, 'nan,nan,nan,nan\nnan,nan,nan,nan\n');
    await expect(scoresOf(protocol)).rejects.toThrow(/nothing.*video\/groundtruth.txt: left out: holds no box/);
    await expect(scoresOf(protocol, 'data', 'none')).rejects.toThrow(/none: no such folder/);
  });
});

describe('OTB', () => {
  const protocol = findResultProtocol('otb2015');
  const expected =
    readFixtureJson<Record<string, { success_score: number; precision_score: number }>>('tracking/otb.json');

  it('gives the numbers of the toolkit, for two objects in one folder too', async () => {
    const truth = (name: string) => fixturePath(`tracking/${name}_groundtruth.txt`);
    await mkdir(at('data/Walk'), { recursive: true });
    await mkdir(at('data/Lost'));
    await cp(truth('walk'), at('data/Walk/groundtruth_rect.txt'));
    await put('data/Lost/groundtruth_rect.1.txt', '');
    await cp(truth('lost'), at('data/Lost/groundtruth_rect.2.txt'));
    await mkdir(at('results'));
    await cp(fixturePath('tracking/poor_walk.txt'), at('results/Walk.txt'));
    await cp(fixturePath('tracking/poor_lost.txt'), at('results/Lost-2.txt'));
    const { items, summary } = await scoresOf(protocol);
    expect(items.map(({ id }) => id)).toEqual(['Lost-2', 'Walk']);
    expect(items[0]!.values.ours!['success-auc']).toBeCloseTo(100 * expected.lost!.success_score, 10);
    expect(items[1]!.values.ours!.precision).toBeCloseTo(100 * expected.walk!.precision_score, 10);
    const mean = (expected.lost!.success_score + expected.walk!.success_score) / 2;
    expect(summary.ours!['success-auc']).toBeCloseTo(100 * mean, 10);
  });

  it('counts frames whose annotation is NaN as lost, like the toolkits', async () => {
    await put('data/A/groundtruth_rect.txt', '1\t1\t10\t10\nNaN NaN NaN NaN\n3,1,10,10\n');
    await put('results/A.txt', '1,1,10,10\n9,9,1,1\n3,1,10,10\n');
    expect((await scoresOf(protocol)).summary.ours!.precision).toBeCloseTo(200 / 3, 12);
    await rm(at('results/A.txt'));
    await expect(scoresOf(protocol)).rejects.toThrow(/A.txt: no such file/);
    await expect(evaluateResults(protocol, at('data'), [])).rejects.toThrow(ConfigError);
    const folder = at('results');
    const twice = [
      { id: 'a', folder },
      { id: 'a', folder },
    ];
    await expect(evaluateResults(protocol, at('data'), twice)).rejects.toThrow(/"a" is there twice/);
  });
});

describe('Linemod', () => {
  const stored = readFixtureJson<{
    models: Record<string, { points: number[][]; diameter: number }>;
    cases: {
      object: string;
      index: number;
      pose_gt: number[][];
      pose_est: number[][];
      values: Record<string, number>;
    }[];
  }>('pose/expected.json');
  const protocol = findResultProtocol('linemod');

  async function writeObjects(): Promise<void> {
    const diameters = { 1: stored.models.ape!.diameter, 11: stored.models.glue!.diameter };
    const info = Object.entries(diameters).map(
      ([id, metres]) => `${id} 'diameter' ${1000 * metres} 'min_x' -1 'min_y' -2`,
    );
    await put('data/models/models_info.txt', `${info.join('\n')}\n`);
    const header = (format: string, count: number) =>
      `ply\nformat ${format} 1.0\nelement vertex ${count}\nproperty double x\nproperty double y\nproperty double z\n` +
      'property uchar red\nelement face 0\nproperty list uchar int vertex_indices\nend_header\n';
    const { ape, glue } = stored.models as Record<'ape' | 'glue', { points: number[][] }>;
    await put(
      'data/models/ape/ape.ply',
      header('ascii', ape.points.length) +
        rows(
          ape.points.map((p) => [...p, 255]),
          ' ',
        ),
    );
    const body = Buffer.alloc(glue.points.length * 25);
    for (const [i, value] of glue.points.flat().entries()) {
      body.writeDoubleLE(value, Math.floor(i / 3) * 25 + (i % 3) * 8);
    }
    await mkdir(at('data/models/glue'));
    await writeFile(
      at('data/models/glue/glue.ply'),
      Buffer.concat([Buffer.from(header('binary_little_endian', glue.points.length)), body]),
    );
    for (const { object, index, pose_gt, pose_est } of stored.cases) {
      const name = `${object}/${String(index).padStart(6, '0')}-pose.txt`;
      await put(`data/real_test/${name}`, rows(pose_gt, ' '));
      await put(`results/${name}`, rows(pose_est, ' '));
    }
  }

  const share = (object: string, isRight: (values: Record<string, number>) => boolean): number => {
    const cases = stored.cases.filter((entry) => entry.object === object);
    return (100 * cases.filter(({ values }) => isRight(values)).length) / cases.length;
  };

  it('counts poses as the references do; a missing one is wrong', async () => {
    await writeObjects();
    const { items, summary, contestants } = await scoresOf(protocol);
    const [ape, glue] = ['ape', 'glue'].map((id) => items.find((item) => item.id === id)!.values.ours!);
    const limits = { ape: 0.1 * stored.models.ape!.diameter, glue: 0.1 * stored.models.glue!.diameter };
    expect(ape!['add-0.1d']).toBe(share('ape', ({ add }) => add! < limits.ape));
    expect(glue!['add-0.1d']).toBe(share('glue', ({ add_s }) => add_s! < limits.glue));
    expect(glue!['rep-2px']).toBe(share('glue', ({ proj_2d }) => proj_2d! < 2));
    expect(summary.ours!['rep-20px']).toBe((ape!['rep-20px']! + glue!['rep-20px']!) / 2);
    expect(contestants[0]!.facts['missing poses']).toBe(0);
    await rm(at('results/ape/000000-pose.txt'));
    const worse = await scoresOf(protocol);
    expect(worse.contestants[0]!.facts['missing poses']).toBe(1);
    expect(worse.items[0]!.values.ours!['rep-20px']).toBe(ape!['rep-20px']! - 100 / 8);
  });

  it('finds models in millimetres, cut-off models and damaged poses', async () => {
    await writeObjects();
    await put('results/glue/000000-pose.txt', '1 0 0 0\n0 1 0 nan\n0 0 1 1');
    await expect(scoresOf(protocol)).rejects.toThrow(/000000-pose.txt: expected three rows of four finite numbers/);
    const points = rows(
      stored.models.ape!.points.map((point) => point.map((v) => 1000 * v)),
      ' ',
    );
    const count = stored.models.ape!.points.length;
    const header = (n: number) =>
      `ply\nformat ascii 1.0\nelement vertex ${n}\nproperty float x\nproperty float y\nproperty float z\n`;
    await put('data/models/ape/ape.ply', `${header(count)}end_header\n${points}\n`);
    const { problems } = await checkResultData(protocol, at('data'));
    expect(problems.find(({ path }) => path === 'models/ape/ape.ply')!.problem).toMatch(/seems to be in millimetres/);
    await put('data/models/ape/ape.ply', `${header(count + 9)}end_header\n${points}\n`);
    await expect(checkResultData(protocol, at('data'))).rejects.toThrow(/ape.ply: expected .* it is cut off/);
    await put('data/models/ape/ape.ply', 'nothing');
    await expect(checkResultData(protocol, at('data'))).rejects.toThrow(/is not a PLY file/);
  });
});

describe('masks', () => {
  const davis2017 = findResultProtocol('davis2017-segmentation');

  it('of all objects give the numbers of davis2017-evaluation', async () => {
    const { global } = readFixtureJson<{ semi_supervised: { global: Record<string, number> } }>(
      'davis/expected.json',
    ).semi_supervised;
    const names = ['lost-object', 'one-object', 'two-objects'];
    for (const name of names) {
      await cp(fixturePath(`davis/davis/Annotations/480p/${name}`), at('data/Annotations/480p', name), {
        recursive: true,
      });
      // Only the names of frames count.
      await cp(fixturePath(`davis/davis/Annotations/480p/${name}`), at('data/JPEGImages/480p', name), {
        recursive: true,
      });
      await cp(fixturePath(`davis/results/${name}`), at('results', name), { recursive: true });
    }
    const protocol = { ...davis2017, sequences: names } as ResultProtocol;
    const { summary, items } = await scoresOf(protocol);
    expect(summary.ours!['j-and-f']).toBeCloseTo(100 * global['J&F-Mean']!, 10);
    expect(summary.ours!['f-decay']).toBeCloseTo(100 * global['F-Decay']!, 10);
    expect(items.map(({ id }) => id)).toEqual(names);
  });

  it('that are missing or of another size are named', async () => {
    await writeDavis(at('data'), 'a', 4);
    await writeDavis(at('data'), 'one', 1);
    await writeDavis(at('data'), 'bare', 3);
    const { data, ...size } = squareMask(0);
    await writeMask(at('data/Annotations/480p/bare/00000.png'), { ...size, data: data.map(() => 0) });
    const sequences = ['a', 'one', 'none', 'neither', 'bare'];
    const protocol = { ...davis2017, sequences } as ResultProtocol;
    for (const i of [1, 2, 3]) await writeMask(at(`results/a/0000${i}.png`), squareMask(i), { format: 'binary' });
    const { summary, protocol: about } = await scoresOf(protocol);
    expect(summary.ours!['j-and-f']).toBe(100);
    expect(about.deviations).toEqual([
      'Evaluated: 1 of 30 items.',
      'JPEGImages/480p/none, JPEGImages/480p/neither: this sequence is missing.',
      'one: left out: needs at least 3 frames, found 1.',
      'bare: left out: its first annotation shows no object.',
    ]);
    await writeMask(at('results/a/00002.png'), squareMask(2, 20));
    await expect(scoresOf(protocol)).rejects.toThrow(/00002.png: expected 24x16 as its annotation, found 20x16/);
    await rm(at('results/a/00002.png'));
    await expect(scoresOf(protocol)).rejects.toThrow(/results\/a\/00002.png: no such file/);
  });
});

describe('completed videos', () => {
  const protocol = findResultProtocol('davis-inpainting');

  it('are measured whole and where something was missing', async () => {
    for (const i of [0, 1]) {
      await writeSquare(at(`data/JPEGImages/480p/a/0000${i}.png`), i);
      await writeMask(at(`data/Masks/480p/a/0000${i}.png`), squareMask(i));
      await writeSquare(at(`results/a/0000${i}.png`), 2 * i);
    }
    await writeMask(at('results/masks/a/00000.png'), squareMask(0), { format: 'binary' });
    const flow = { data: new Float32Array(24 * 16 * 2), width: 24, height: 16 };
    const measures = { lpips: async () => 0.5, flow: () => flow };
    const result = await evaluateResults(protocol, at('data'), [{ id: 'ours', folder: at('results') }], {
      inpainting: measures,
    });
    const values = result.summary.ours!;
    expect(values.psnr).toBeCloseTo(psnr(squareFrame(1), squareFrame(2)), 10);
    expect(result.infinite.ours).toEqual({ psnr: 1, 'hole-psnr': 1 });
    expect(values['hole-psnr']!).toBeLessThan(values.psnr!);
    expect([values.lpips, values['mask-bce'], values['mask-iou']]).toEqual([0.5, 0, 1]);
    expect(values['e-warp']!).toBeGreaterThan(0);
    const { metrics } = await scoresOf(protocol);
    expect(metrics.map(({ name }) => name)).toEqual(['psnr', 'hole-psnr', 'ssim', 'mask-bce', 'mask-iou']);
    await rm(at('results/a/00001.png'));
    await expect(scoresOf(protocol)).rejects.toThrow(/00001.png: no such file; it is the completed frame/);
  });

  it('need a mask for every frame', async () => {
    await writeSquare(at('data/JPEGImages/480p/a/00000.png'), 0);
    const report = await checkResultData(protocol, at('data'));
    expect(report.found).toBe(0);
    expect(describeLayout(report)).toMatch(/Masks\/a: left out: not every frame has a mask/);
    expect(describeLayout(report)).toMatch(/Expected 60 items.*\n.*Where to get it: DAVIS/s);
  });
});
