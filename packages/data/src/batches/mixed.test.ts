import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type HostTensor } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTripletDataset, type TripletFolder } from '../triplets/open.js';
import { writeSyntheticDataset } from '../triplets/write.js';
import { createBatches } from './batches.js';
import { createMixedSeries, type MixedPlan, planMixed } from './mixed-series.js';
import type { SampleSeries } from './series.js';
import { planSynthetic } from './synthetic-series.js';
import { planTriplets } from './triplet-series.js';

const size = { height: 16, width: 24 };
const scene = { seed: 1, ...size };
let dir: string;
let unmasked: TripletFolder;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-mixed-'));
  await writeSyntheticDataset(dir, { seed: 3, train: 5, test: 0, scene: size });
  unmasked = await openTripletDataset(dir, 'train', { masks: false });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A series whose samples carry their number as their name. */
function numbered(label: string): SampleSeries {
  const frame = { data: new Uint8Array(3), width: 1, height: 1 };
  return {
    draw: async (first, count) =>
      Array.from({ length: count }, (_, k) => ({
        sample: { name: `${label}${first + k}`, t: 0.5, frames: [frame, frame, frame] },
        foreground: 'all',
      })),
  };
}

function mixture(weights: readonly number[], by: 'sample' | 'batch' = 'sample', seed = 1): MixedPlan {
  return planMixed({ seed, by, sources: weights.map((weight) => ({ weight, plan: planSynthetic(scene) })) });
}

async function names(plan: MixedPlan, batches: number, batchSize: number): Promise<string[][]> {
  const series = createMixedSeries(
    plan,
    plan.plans.map((_, k) => numbered('abc'[k]!)),
  );
  const all = [];
  for (let k = 0; k < batches; k++) {
    const drawn = await series.draw(k * batchSize, batchSize);
    all.push(drawn.map(({ sample }) => sample.name));
  }
  return all;
}

const numbersOf = (drawn: readonly string[], label: string) =>
  drawn.filter((name) => name.startsWith(label)).map((name) => Number(name.slice(1)));

describe('createMixedSeries', () => {
  it('draws by weight and runs through each source without gaps', async () => {
    const drawn = (await names(mixture([3, 1]), 512, 8)).flat();
    const [a, b] = [numbersOf(drawn, 'a'), numbersOf(drawn, 'b')];
    expect(a).toHaveLength(3072);
    expect(a).toEqual(Array.from({ length: 3072 }, (_, k) => k));
    expect(b).toEqual(Array.from({ length: 1024 }, (_, k) => k));
    const early = numbersOf(drawn.slice(0, 200), 'a').length / 200;
    expect(Math.abs(early - 0.75)).toBeLessThan(0.12);
  });

  it('depends on the seed and the step only', async () => {
    const plan = mixture([1, 1, 1]);
    const inOrder = await names(plan, 400, 3);
    const series = createMixedSeries(
      plan,
      plan.plans.map((_, k) => numbered('abc'[k]!)),
    );
    for (const step of [399, 0, 350, 7]) {
      const drawn = await series.draw(step * 3, 3);
      expect(drawn.map(({ sample }) => sample.name)).toEqual(inOrder[step]);
    }
    expect(await names(mixture([1, 1, 1], 'sample', 2), 10, 3)).not.toEqual(inOrder.slice(0, 10));
  });

  it('can draw whole batches', async () => {
    const batches = await names(mixture([1, 1], 'batch'), 1024, 4);
    for (const batch of batches) expect(new Set(batch.map((name) => name[0])).size).toBe(1);
    expect(numbersOf(batches.flat(), 'b')).toEqual(Array.from({ length: 2048 }, (_, k) => k));
  });

  it('shares are exact in a round, and nobody goes without', () => {
    expect(mixture([1, 1, 1]).quotas).toEqual([342, 341, 341]);
    expect(mixture([1, 1e-9]).quotas).toEqual([1023, 1]);
  });
});

describe('batches of a mixture', () => {
  it('have empty masks where a source has none, the same for any number of workers', async () => {
    const triplets = await planTriplets({ dataset: unmasked, seed: 2 });
    const plan = planMixed({
      seed: 4,
      sources: [
        { weight: 1, plan: planSynthetic(scene) },
        { weight: 1, plan: triplets },
      ],
    });
    const inline = createBatches(plan, { batchSize: 8 });
    const pooled = createBatches(plan, { batchSize: 8, workers: 2 });
    const batch = await inline.batch(0);
    expect(Object.keys(batch).sort()).toEqual(['frame0', 'frame1', 'frameT', 'mask0', 'mask1', 'maskT', 't']);
    const area = ({ data }: HostTensor, slot: number) => {
      const pixels = size.height * size.width;
      return Array.from(data.slice(slot * pixels, (slot + 1) * pixels)).reduce((sum, value) => sum + value, 0);
    };
    const areas = Array.from({ length: 8 }, (_, slot) => area(batch.maskT!, slot));
    expect(areas.filter((value) => value === 0).length).toBeGreaterThan(1);
    expect(areas.filter((value) => value > 0).length).toBeGreaterThan(1);
    for (const step of [0, 5]) expect(await pooled.batch(step)).toEqual(await inline.batch(step));
    const names = await pooled.names!(5);
    expect(names).toEqual(await inline.names!(5));
    expect(names).toHaveLength(8);
    expect(names.some((name) => name.startsWith('synthetic-')) && names.includes('00001/0001')).toBe(true);
    await pooled.dispose();
  });

  it('have flow only if all sources have', async () => {
    const sources = [true, false].map((flow) => ({ weight: 1, plan: planSynthetic({ ...scene, flow }) }));
    const [withFlow] = sources as [(typeof sources)[0]];
    expect(await createBatches(planMixed({ seed: 1, sources }), { batchSize: 1 }).batch(0)).not.toHaveProperty('flow');
    const both = planMixed({ seed: 1, sources: [withFlow, withFlow] });
    expect(await createBatches(both, { batchSize: 1 }).batch(0)).toHaveProperty('flow');
  });

  it('names sources that do not fit together', async () => {
    const first = { weight: 1, plan: planSynthetic(scene) };
    const cropped = await planTriplets({ dataset: unmasked, seed: 1, crop: [8, 8] });
    const mix = (...sources: (typeof first | { weight: number; plan: typeof cropped | MixedPlan })[]) =>
      planMixed({ seed: 1, sources });
    expect(() => mix(first, { weight: 1, plan: cropped })).toThrow(
      /sources\[0\]: synthetic scenes \(24 x 16\) and sources\[1\]: triplets of .* \(8 x 8\)/,
    );
    expect(() => mix(first)).toThrow(ConfigError);
    expect(() => mix(first, { ...first, weight: 0 })).toThrow(/sources\[1\]\.weight: expected a number above 0/);
    expect(() => mix(first, { weight: 1, plan: mixture([1, 1]) })).toThrow(/sources\[1\]: is itself a mixture/);
  });
});
