import { CheckpointError, type Frame, hostTensor, MediaError, ShapeError } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import { oracleTensor, toChannelsLast } from '@vosvfi/testing';
import { describe, expect, it } from 'vitest';
import { byFanIn, madeUpWeights } from '../../test/support/backbone.js';
import { fixturePath, readFixtureFrame, readFixtureJson, readFixtureNpyValues } from '../../test/support/fixtures.js';
import { createDists } from './dists.js';
import { createFlolpips } from './flolpips.js';
import { createLpips } from './lpips.js';
import { createNima, createNimaMetric } from './nima.js';
import { createPairMetric } from './pair-metric.js';
import { readMetricParameters } from './read-parameters.js';
import { createVfips } from './vfips.js';
import { measureVfips } from './vfips-video.js';

const threads = 1;
const learned = readFixtureJson<{
  vfips: { layers: number[]; score: number };
  nima: { distribution: number[]; score: number; deviation: number; tensors: number };
}>('learned.json');

function relative(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

async function lpipsWeights(backbone: 'alex' | 'squeeze' | 'vgg') {
  const heads = await readMetricParameters(fixturePath('lpips/lpips_heads.safetensors'));
  const { parameters } = createLpips({ backbone });
  const ours = parameters.filter(({ key }) => key.startsWith('lin'));
  return new Map([
    ...madeUpWeights(
      parameters.filter(({ key }) => !key.startsWith('lin')),
      byFanIn(3),
    ),
    ...ours.map(({ key }) => [key, heads.get(`v0.1.${backbone}.${key}`)!] as const),
  ]);
}

describe('LPIPS', () => {
  const expected = readFixtureJson<Record<string, { float64: number }>>('lpips/expected.json');
  const [reference, distorted] = ['ref', 'ghost'].map((name) => readFixtureFrame(`lpips/${name}.png`)) as [
    Frame,
    Frame,
  ];

  it.each(['alex', 'squeeze'] as const)('of %s is that of the official code', async (backbone) => {
    const metric = createPairMetric(createLpips({ backbone }), { weights: await lpipsWeights(backbone), threads });
    expect(relative(await metric.measure(reference, distorted), expected[backbone]!.float64)).toBeLessThan(1e-5);
    expect(await metric.measure(reference, reference)).toBe(0);
    await metric.dispose();
  });

  it('refuses weights of another network, frames of two sizes, tiny frames and frames that are not finite', async () => {
    const weights = await lpipsWeights('squeeze');
    expect(() => createPairMetric(createLpips(), { weights })).toThrow(CheckpointError);
    const metric = createPairMetric(createLpips({ backbone: 'squeeze' }), { weights, threads }, 17);
    const grey = (side: number): Frame => ({ data: new Float32Array(side * side * 3), width: side, height: side });
    await expect(metric.measure(grey(20), grey(24))).rejects.toThrow(ShapeError);
    await expect(metric.measure(grey(16), grey(16))).rejects.toThrow(/at least 17x17/);
    const broken = grey(20);
    broken.data[3 * 21 + 1] = Number.NaN;
    await expect(metric.measure(grey(20), broken)).rejects.toThrow(MediaError);
    await expect(metric.measure(grey(20), broken)).rejects.toThrow(/NaN in row 1, column 1/);
    await metric.dispose();
  });
});

describe('DISTS', () => {
  it('is that of the official code', async () => {
    const { float64 } = readFixtureJson<{ float64: number }>('dists/expected.json');
    const network = createDists();
    const backbone = network.parameters.filter(({ key }) => key.startsWith('features'));
    const mixture = await readMetricParameters(fixturePath('dists/dists_weights.safetensors'));
    const weights = new Map([...madeUpWeights(backbone, byFanIn(3)), ...mixture]);
    const metric = createPairMetric(network, { weights, threads });
    const [a, b] = [readFixtureFrame('dists/ref.png'), readFixtureFrame('dists/shift.png')];
    expect(relative(await metric.measure(a, b), float64)).toBeLessThan(1e-4);
    expect(await metric.measure(a, a)).toBe(0);
    await metric.dispose();
  });
});

describe('FloLPIPS', () => {
  it('is that of the official code, and LPIPS where the flows are equal', async () => {
    const { float64 } = readFixtureJson<{ float64: number }>('flolpips/expected.json');
    const [a, b] = [readFixtureFrame('flolpips/ref.png'), readFixtureFrame('flolpips/ghost.png')];
    const flow = (name: string) => {
      const values = readFixtureNpyValues(`flolpips/${name}.npy`);
      return toChannelsLast(hostTensor(values, [1, 2, a.height, a.width]));
    };
    const [referenceFlow, distortedFlow] = [flow('flow_ref'), flow('flow_dis_object')];
    const weights = await lpipsWeights('alex');
    const metric = createPairMetric(createFlolpips(), { weights, threads });
    const plain = createPairMetric(createLpips(), { weights, threads });
    expect(relative(await metric.measure(a, b, { referenceFlow, distortedFlow }), float64)).toBeLessThan(1e-5);
    const still = await metric.measure(a, b, { referenceFlow, distortedFlow: referenceFlow });
    expect(relative(still, await plain.measure(a, b))).toBeLessThan(1e-5);
    await metric.dispose();
    await plain.dispose();
  });
});

describe('VFIPS', () => {
  const network = createVfips();
  const weights = madeUpWeights(network.parameters, byFanIn(3));

  it('is that of the official network at every scale', async () => {
    const clip = (name: string) => toChannelsLast(oracleTensor(name, [12, 3, 70, 81], 0.5, 0.5));
    const inputs = { reference: clip('reference'), distorted: clip('distorted') };
    const compiled = await compile(
      ({ reference, distorted }, tensors) => ({
        ...network.forward(tensors, { reference: reference!, distorted: distorted! }),
      }),
      inputs,
      { weights, threads },
    );
    const { layers, score } = await compiled.run(inputs);
    await compiled.dispose();
    learned.vfips.layers.forEach((value, i) => {
      expect(relative(layers!.data[i]!, value)).toBeLessThan(1e-4);
    });
    expect(relative(score!.data[0]!, learned.vfips.score)).toBeLessThan(1e-4);
  });

  it('refuses a video without a whole clip', async () => {
    const frame: Frame = { data: new Uint8Array(70 * 70 * 3), width: 70, height: 70 };
    await expect(measureVfips([frame], [frame], { weights, threads })).rejects.toThrow(/at least 13 frames/);
  });
});

describe('NIMA', () => {
  // The official network with one residual cell of each size, on a small picture.
  const network = createNima({ blocks: [1, 1, 1], side: 107 });
  const amplitude = byFanIn(6);
  const weights = madeUpWeights(network.parameters, (key, shape) =>
    key.endsWith('running_var') || key.endsWith('bn.weight') ? [1, 0.2] : amplitude(key, shape),
  );

  it('has the tensors of the checkpoint and gives what it gives', async () => {
    expect(network.parameters.length).toBe(learned.nima.tensors);
    expect(createNima().parameters.length).toBe(1102);
    const { data } = toChannelsLast(oracleTensor('picture', [1, 3, 40, 57], 0.5, 0.5));
    const metric = createNimaMetric({ weights, threads }, network);
    const { score, deviation } = await metric.measure({ data: data as Float32Array, width: 57, height: 40 });
    await metric.dispose();
    expect(relative(score, learned.nima.score)).toBeLessThan(1e-4);
    expect(relative(deviation, learned.nima.deviation)).toBeLessThan(1e-4);
  });
});
