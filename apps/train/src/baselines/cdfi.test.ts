import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type HostTensor, hostTensor } from '@vosvfi/core';
import { vgg16Parameters } from '@vosvfi/losses';
import { saveWeights } from '@vosvfi/models/weights';
import { compile, initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkSchema } from '../recipe/network-schema.js';
import { objectiveSchema } from '../recipe/objective-schema.js';
import { cdfiBaseline } from './cdfi.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdfi-'));
});
afterAll(() => rm(folder, { recursive: true }));

const config = { channels: 1, features: [1, 1, 1, 1, 1], grid: [2, 2, 2], kernelSize: 3 };

/** Terms of one batch with a perceptual term of the given weight, or none. */
async function termsWith(perceptual: { weight: number; weights: string } | undefined): Promise<Record<string, number>> {
  const network = networkSchema.parse({ kind: 'cdfi_custom', config });
  const objective = objectiveSchema.parse({ kind: 'adacof', occlusionWeight: 0, perceptual });
  if (network.kind !== 'cdfi_custom' || objective.kind !== 'adacof') throw new Error('The schemas changed the kinds.');
  const baseline = await cdfiBaseline(network, objective);
  const random = createRandom(2);
  const frame = (): HostTensor =>
    hostTensor(
      Float32Array.from({ length: 32 * 32 * 3 }, () => random.uniform()),
      [1, 32, 32, 3],
    );
  const inputs = { frame0: frame(), frameT: frame(), frame1: frame() };
  const weights = new Map([...initializeWeights(baseline.parameters, createRandom(1)), ...baseline.frozen]);
  const compiled = await compile(
    (given, tensors) => {
      const { total, terms } = baseline.evaluate(tensors, given, tensors).own;
      return { total, ...terms };
    },
    inputs,
    { weights },
  );
  const outputs = await compiled.run(inputs);
  await compiled.dispose();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data[0]!]));
}

describe('losses of CDFI', () => {
  it('hold the perceptual term where the recipe has one, read from a file that may hold more', async () => {
    const weights = join(folder, 'vgg16.safetensors');
    const rest = ['classifier.0.bias', hostTensor(new Float32Array(2), [2])] as const;
    await saveWeights(weights, new Map([...initializeWeights(vgg16Parameters, createRandom(1)), rest]));
    const plain = await termsWith(undefined);
    expect(Object.keys(plain).sort()).toEqual(['reconstruction', 'spatial', 'total']);
    const half = await termsWith({ weight: 0.5, weights });
    const full = await termsWith({ weight: 1, weights });
    expect(full.perceptual).toBeGreaterThan(0);
    expect(full.perceptual! / half.perceptual!).toBeCloseTo(2, 5);
    expect(half.total! - plain.total!).toBeCloseTo(half.perceptual!, 5);
  });

  it('names a file of weights that is not there', async () => {
    await expect(termsWith({ weight: 1, weights: join(folder, 'none.pth') })).rejects.toThrow('none.pth');
  });
});
