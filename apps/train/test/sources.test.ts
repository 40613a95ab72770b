import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@vosvfi/core';
import { openTripletDataset, writeFrame, writeSyntheticDataset } from '@vosvfi/data';
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
