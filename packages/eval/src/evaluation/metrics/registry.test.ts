import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createRandom, type Frame } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLpips } from '../../learned/lpips.js';
import { protocols } from '../../protocols/registry.js';
import { chooseMetrics } from '../choose-metrics.js';
import { openThreadedInstrument } from '../measure-pool.js';
import type { MetricResources, ShownFrame } from './metric.js';
import { motionFlow } from './motion-flow.js';
import { findMetric, listMetrics } from './registry.js';

/** A smooth pattern at a place. */
function pattern(x0: number, noise = 0): Frame {
  const random = createRandom(5);
  const [width, height] = [72, 64];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, s) => {
    const [x, y] = [(Math.floor(s / 3) % width) - x0, Math.floor(s / 3 / width)];
    return 128 + 50 * Math.sin(x / 5) + 50 * Math.sin(y / 6 + x / 11) + noise * random.uniform(-1, 1);
  });
  return { data, width, height };
}

const mask = { data: new Uint8Array(72 * 64).fill(1, 500, 2500), width: 72, height: 64 };
let parameters: string;
let resources: MetricResources;

beforeAll(async () => {
  parameters = await mkdtemp(join(tmpdir(), 'vosvfi-parameters-'));
  const network = createLpips({ backbone: 'squeeze' });
  const weights = initializeWeights(network.parameters, createRandom(1));
  await writeSafetensors(join(parameters, 'lpips_squeeze.safetensors'), weights);
  resources = { parameters, flow: motionFlow(), threads: 1 };
});
afterAll(() => rm(parameters, { recursive: true }));

describe('metric registry', () => {
  it('has every metric of every protocol, with the options it is given', () => {
    for (const protocol of protocols) {
      const names = protocol.metrics.map(({ metric, as = metric }) => as);
      expect(chooseMetrics(protocol, names).map(({ name }) => name)).toEqual(names);
    }
    expect(() => findMetric('psnr').checkOptions({ variant: 'y' })).toThrow(/metric psnr: .*variant/s);
    expect(() => findMetric('boundary-psnr').checkOptions({ radius: -1 })).toThrow(ConfigError);
    expect(findMetric('boundary-psnr').checkOptions({})).toEqual({ radius: 3 });
  });

  it('measures frames: equal ones are best', async () => {
    const needsNothing = listMetrics().filter(
      ({ isPure, needs, name }) => isPure && !needs.includes('parameters') && !name.startsWith('ms-ssim'),
    );
    expect(needsNothing.length).toBeGreaterThan(20);
    for (const entry of needsNothing) {
      const measure = await entry.create({}, {});
      if (measure.kind !== 'frame') throw new Error(`${entry.name} is no metric of frames`);
      // That of Deep Voxel Flow leaves out frames that are equal under their mask.
      const nearly = entry.name === 'masked-ssim' ? 2 : 0;
      const best = await measure.measure({ truth: pattern(0), prediction: pattern(0, nearly), mask });
      const worse = await measure.measure({ truth: pattern(0), prediction: pattern(0, 20), mask });
      const sign = entry.isHigherBetter ? 1 : -1;
      expect(sign * best!, entry.name).toBeGreaterThan(sign * worse!);
      if (!entry.needs.includes('mask')) continue;
      expect(await measure.measure({ truth: pattern(0), prediction: pattern(0), mask: null })).toBeNull();
    }
  });

  it('measures sequences: steady ones are best', async () => {
    for (const name of ['e-warp', 'tof'] as const) {
      const measure = await findMetric(name).create({}, resources);
      if (measure.kind !== 'sequence') throw new Error(`${name} is no metric of sequences`);
      const measured = async (frames: readonly ShownFrame[]) => {
        const accumulator = measure.start();
        for (const frame of frames) await accumulator.add(frame);
        return accumulator.end();
      };
      const sequence = (noise: number) =>
        [0, 2, 4].map((x): ShownFrame => {
          const isPredicted = x === 2;
          return { truth: pattern(x), shown: pattern(x, isPredicted ? noise : 0), isPredicted };
        });
      const [steady, noisy] = [await measured(sequence(0)), await measured(sequence(60))];
      expect(noisy, name).toBeGreaterThan(steady!);
      expect(await measured(sequence(0).slice(0, 1))).toBeNull();
    }
  });

  it('reads parameters of learned metrics, and says which are missing', async () => {
    const metric = findMetric('lpips-squeeze');
    expect(await metric.parameterFiles(resources)).toEqual([join(parameters, 'lpips_squeeze.safetensors')]);
    const measure = await metric.create({}, resources);
    if (measure.kind !== 'frame') throw new Error('LPIPS is a metric of frames');
    expect(await measure.measure({ truth: pattern(0), prediction: pattern(0), mask: null })).toBeCloseTo(0, 6);
    await measure.dispose!();
    for (const name of ['lpips-alex', 'dists', 'nima', 'vfips', 'niqe', 'ma', 'pi', 'flolpips']) {
      await expect(findMetric(name).create({}, resources)).rejects.toThrow(/finds no parameters in .*Needed: /);
      await expect(findMetric(name).create({}, {})).rejects.toThrow(/needs a folder of parameter files/);
    }
  });

  it('gives the same values in threads, and errors of them as they are', async () => {
    const metrics = ['psnr', 'ssim', 'lpips-squeeze', 'foreground-psnr'].map((name) => {
      return { name, entry: findMetric(name), options: {}, average: 'per-frame' as const };
    });
    const frame = { truth: pattern(0), prediction: pattern(1), mask };
    const [here, there] = [
      await openThreadedInstrument(metrics, resources, 0),
      await openThreadedInstrument(metrics, resources, 1),
    ];
    try {
      const values = await here.measure(frame);
      expect(await Promise.all([there.measure(frame), there.measure(frame)])).toEqual([values, values]);
      expect(Object.keys(await there.measure(frame))).toEqual(['psnr', 'ssim', 'lpips-squeeze', 'foreground-psnr']);
      const small = { ...frame, mask: { ...mask, width: 1 } };
      await expect(there.measure(small)).rejects.toThrow(/mask: expected the frames' size/);
    } finally {
      await here.dispose();
      await there.dispose();
    }
  });
});
