import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@vosvfi/core';
import {
  createSyntheticDataset,
  createVideo,
  openTripletDataset,
  rational,
  readFlow,
  writeFlow,
  writeFrame,
  writeSyntheticDataset,
} from '@vosvfi/data';
import type { TrainEvent } from '@vosvfi/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecipe, runTraining } from '../src/index.js';

const tiny = fileURLToPath(new URL('tiny.yaml', import.meta.url));

let root: string;
let photos: string;
let triplets: string;
let runs = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-sources-'));
  photos = join(root, 'photos');
  triplets = join(root, 'triplets');
  const random = createRandom(1);
  const data = Uint8Array.from({ length: 48 * 48 * 3 }, () => random.integer(0, 255));
  await writeFrame(join(photos, 'noise.png'), { data, width: 48, height: 48 });
  await writeSyntheticDataset(triplets, { seed: 1, train: 3, test: 2, scene: { height: 40, width: 48 }, flow: true });
  await rm(join(triplets, 'masks'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true }));

async function train(overrides: string[]) {
  const { recipe } = await loadRecipe(tiny, ['steps=3', ...overrides]);
  const events: TrainEvent[] = [];
  const warnings: string[] = [];
  const runFolder = join(root, `run-${runs++}`);
  const summary = await runTraining(recipe, {
    runFolder,
    onEvent: (event) => events.push(event),
    onWarning: (message) => warnings.push(message),
  });
  return { summary, events, warnings, runFolder };
}

async function writeVideo(): Promise<string> {
  const dir = join(root, 'videos');
  const writer = await createVideo(join(dir, 'moving.mp4'), { width: 64, height: 48, frameRate: rational(25) });
  const data = createSyntheticDataset({ seed: 2, length: 1, scene: { height: 48, width: 64, still: 0 } });
  const scene = await data.scene(0);
  for (let k = 0; k < 24; k++) await writer.write(scene.render(k / 6).frame);
  await writer.finish();
  return dir;
}

async function writeSeptuplets(): Promise<string> {
  const dir = join(root, 'septuplets');
  const data = createSyntheticDataset({ seed: 3, length: 1, scene: { height: 40, width: 48 } });
  const scene = await data.scene(0);
  for (let k = 0; k < 7; k++) {
    await writeFrame(join(dir, 'sequences/00001/0001', `im${k + 1}.png`), scene.render(k / 6).frame);
  }
  await writeFile(join(dir, 'sep_trainlist.txt'), '00001/0001\n');
  return dir;
}

const yaml = (value: unknown) => JSON.stringify(value);
const scenes = () => ({ kind: 'synthetic', height: 32, width: 32, textures: { folder: photos, share: 0.5 } });
const folder = () => ({ kind: 'triplets', folder: triplets, augment: { crop: [32, 32] } });
const mixture = (...sources: object[]) => `dataset=${yaml({ kind: 'mixed', workers: 0, sources })}`;

describe('data sets of a recipe', () => {
  it('may be scenes with photographs mixed with triplets without masks, under VOS-aware losses', async () => {
    const { summary, events } = await train([
      'batchSize=2',
      mixture({ ...scenes(), weight: 2 }, folder()),
      'objective={kind: ifrnet, distillation: true, vos: {}}',
      `validation.dataset=${yaml({ ...folder(), split: 'test', workers: 0 })}`,
    ]);
    expect(summary.status).toBe('completed');
    const skipped = events.flatMap((event) => (event.type === 'progress' ? [event.terms.vosSkipped] : []));
    expect(Math.max(...(skipped as number[]))).toBeGreaterThan(0);
    const validation = events.find((event) => event.type === 'validation');
    expect(Object.keys(validation?.metrics ?? {})).toEqual(['psnr']);
  });

  it('are drawn anew for validation if all sources are scenes', async () => {
    const { events } = await train([mixture(scenes(), { kind: 'synthetic', height: 32, width: 32 })]);
    const validation = events.find((event) => event.type === 'validation');
    expect(Object.keys(validation?.metrics ?? {})).toContain('foregroundPsnr');
    await expect(loadRecipe(tiny, [mixture(scenes(), folder())])).rejects.toThrow(/validation\.dataset/);
  });

  it('may be videos and septuplets with middle frames at any time, for networks that make them', async () => {
    const anyTime = { t: 'uniform', span: [2, 4], augment: { crop: [32, 32], rotate: 0.5 } };
    const footage = { kind: 'videos', folder: await writeVideo(), index: join(root, 'index.json'), ...anyTime };
    const septuplets = { kind: 'septuplets', folder: await writeSeptuplets(), ...anyTime };
    const validation = `validation.dataset=${yaml({ ...footage, workers: 0 })}`;
    const { summary, events } = await train([mixture(footage, septuplets), 'batchSize=2', validation]);
    expect(summary.status).toBe('completed');
    expect(events.find((event) => event.type === 'validation')?.metrics.psnr).toBeGreaterThan(5);
    expect(await readFile(join(root, 'index.json'), 'utf8')).toContain('moving.mp4');
    const adacof = ['network={kind: adacof}', 'objective={kind: adacof}', 'optimizer={kind: adamax}'];
    await expect(train([`dataset=${yaml(footage)}`, validation, ...adacof])).rejects.toThrow(
      /dataset\.t: expected 0\.5, which the network can make, found uniform/,
    );
    await expect(train([`dataset=${yaml({ kind: 'videos' })}`, validation])).rejects.toThrow(/folder or files/);
  });

  it('take flow for distillation from the folder', async () => {
    const dataset = (at: string) => [
      `dataset=${yaml({ ...folder(), folder: at, workers: 0, shuffle: false })}`,
      `validation.dataset=${yaml({ ...folder(), split: 'test', workers: 0 })}`,
    ];
    const distil = [
      'objective={kind: ifrnet, distillation: true, distillationWeight: 1}',
      'steps=1',
      'schedule.warmUp=0',
    ];
    const other = join(root, 'other-flow');
    await cp(triplets, other, { recursive: true });
    const { names } = await openTripletDataset(other, 'train');
    for (const file of ['flow_t0.flo', 'flow_t1.flo']) {
      const path = join(other, 'flow', names[0]!, file);
      const { data, ...size } = await readFlow(path);
      await writeFlow(path, { data: data.map((value) => value + 20), ...size });
    }
    const [right, wrong] = [
      await train([...dataset(triplets), ...distil]),
      await train([...dataset(other), ...distil]),
    ];
    const terms = ({ events }: typeof right) => events.flatMap((e) => (e.type === 'progress' ? [e.terms] : []))[0]!;
    const differing = Object.keys(terms(right)).filter((name) => terms(right)[name] !== terms(wrong)[name]);
    expect(differing).toEqual(['distillation']);
    expect(terms(right).distillation).toBeGreaterThan(0);
    await rm(join(other, 'flow'), { recursive: true });
    await expect(train([...dataset(other), ...distil])).rejects.toThrow(/flow_t0\.flo: no such file/);
    const scenesOnly = mixture(
      scenes(),
      { ...folder(), weight: 1 },
      { kind: 'videos', folder: await writeVideo(), augment: { crop: [32, 32] } },
    );
    await expect(train([scenesOnly, ...dataset(triplets).slice(1), ...distil])).rejects.toThrow(
      /dataset\.sources\.2: 1 videos: no flow/,
    );
  });

  it('must agree in size, and have what the objective reads', async () => {
    const validation = `validation.dataset=${yaml({ ...scenes(), workers: 0 })}`;
    await expect(train([mixture({ ...scenes(), height: 64 }, folder()), validation])).rejects.toThrow(
      /synthetic scenes \(32 x 64\).*triplets of .* \(32 x 32\)/,
    );
    await expect(train([mixture(folder(), folder()), validation, 'objective.vos={}'])).rejects.toThrow(/no masks/);
  });

  it('pass over a broken file if asked to, and name it', async () => {
    const { names, dir } = await openTripletDataset(triplets, 'train');
    const file = join(dir, 'sequences', names[1]!, 'im2.png');
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, 100));
    const dataset = `dataset=${yaml({ ...folder(), workers: 0 })}`;
    const validation = `validation.dataset=${yaml({ ...folder(), split: 'test', workers: 0 })}`;
    await expect(train([dataset, validation])).rejects.toThrow(/im2\.png: is damaged.*onBrokenSample: skip/);
    const { summary, warnings } = await train([dataset, validation, 'dataset.onBrokenSample=skip', 'steps=6']);
    expect(summary.status).toBe('completed');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/im2\.png: is damaged.*Another sample is taken in its place \(1 so far\)/);
    await writeFile(file, whole);
  });
});
