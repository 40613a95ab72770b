import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostTensor, hostTensor } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { oracleTensor } from '@vosvfi/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OracleCase, OracleResult } from './case.js';
import { checkFolder, checkMetrics, checkTensors } from './check-folder.js';
import type { Line } from './compare.js';

const floats = (...values: number[]) => hostTensor(Float32Array.from(values), [values.length]);
const weight = oracleTensor('w', [4], 0, 1);
const weightSum = weight.data.reduce((total, value) => total + value, 0);
const gradient = floats(3, 0, -4, 0);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'oracle-'));
  const stored = new Map<string, HostTensor>([
    ['in.x', floats(1)],
    ['aux.near', { data: Int32Array.of(1, 0), shape: [2], dtype: 'int32' }],
    ['out', floats(3, 4)],
    ['noisy', floats(3, 4)],
    ['cut', hostTensor(Float32Array.of(5, 6), [1, 2])],
    ['loss', floats(2)],
    ['labels', { data: Int32Array.of(1, 2), shape: [2], dtype: 'int32' }],
  ]);
  await writeSafetensors(join(dir, 'tensors.safetensors'), stored);
  const stats = {
    out: { shape: [2], f32_vs_f64_rel_l2: 1e-7 },
    noisy: { shape: [2], f32_vs_f64_rel_l2: 1e-3 },
    cut: {
      shape: [1, 2],
      full_shape: [2, 4],
      crop: [
        [1, 2],
        [1, 3],
      ],
      f32_vs_f64_rel_l2: 0,
    },
    labels: { shape: [2], f32_vs_f64_mismatches: 0 },
  };
  await writeFile(join(dir, 'stats.json'), JSON.stringify(stats));
  const rule = { key: 'w', shape: [4], center: 0, amplitude: 1, first4: [...weight.data], sum: weightSum };
  await writeFile(join(dir, 'params.json'), JSON.stringify([rule]));
  const summary = { l2: 5, sum: -1, first4: [3, 0, -4, 0], l2_f64: 5 };
  await writeFile(join(dir, 'param_grads.json'), JSON.stringify({ mse: { w: summary, unused: null } }));
});
afterAll(() => rm(dir, { recursive: true }));

const good: Record<string, HostTensor> = {
  out: floats(3, 4),
  noisy: floats(3, 4.04),
  cut: hostTensor(Float32Array.of(0, 0, 0, 0, 0, 5, 6, 0), [2, 4]),
  loss: hostTensor(Float32Array.of(2), []),
  labels: { data: Int32Array.of(1, 2), shape: [2], dtype: 'int32' },
};

const rightGrads = new Map([['mse', new Map([['w', gradient]])]]);

async function check(
  change: Record<string, HostTensor | undefined> = {},
  paramGrads: OracleResult['paramGrads'] = rightGrads,
  more: Partial<OracleCase> = {},
): Promise<Map<string, Line>> {
  const entries = Object.entries({ ...good, ...change });
  const tensors = new Map(entries.filter((entry): entry is [string, HostTensor] => entry[1] !== undefined));
  const oracle: OracleCase = {
    ids: [],
    run: async (context) => {
      expect(context.weights.get('w')).toEqual(weight);
      return { tensors, paramGrads };
    },
    ...more,
  };
  return new Map((await checkTensors(oracle, dir, 'cpu')).map((line) => [line.name, line]));
}

const failures = (lines: Map<string, Line>) => [...lines.values()].filter(({ ok }) => !ok).map(({ name }) => name);

describe('oracle tool', () => {
  it('compares a part alone and says what it left out', async () => {
    const oracle: OracleCase = {
      ids: ['folder'],
      parts: { sums: (name) => name === 'loss' },
      run: async () => ({ tensors: new Map([['loss', good.loss!]]) }),
    };
    const lines = await checkTensors(oracle, dir, 'cpu', 'sums');
    expect(lines.map(({ name, ok }) => [name, ok])).toEqual([
      ['loss', true],
      ['NOT COMPARED', undefined],
    ]);
    expect(lines[1]!.note).toBe('out (1), noisy (1), cut (1), labels (1), all parameter gradients');
    await expect(checkTensors(oracle, dir, 'cpu', 'parts')).rejects.toThrow('has no part "parts"');
  });

  it('passes right results: crops, numbers as [] or [1], errors within the noise', async () => {
    const lines = await check();
    expect([...lines.keys()]).toEqual(['out', 'noisy', 'cut', 'loss', 'labels', 'param_grads.mse']);
    expect(failures(lines)).toEqual([]);
    expect(lines.get('noisy')!.error).toBeCloseTo(0.008, 5);
  });

  it.each<[string, HostTensor | undefined, RegExp | undefined]>([
    ['out', floats(3, 4.001), undefined],
    ['out', floats(3, Number.NaN), undefined],
    ['out', undefined, /MISSING/],
    ['out', floats(3, 4, 5), /shape \[3\], expected \[2\]/],
    ['cut', hostTensor(Float32Array.of(5, 6), [1, 2]), /shape \[1,2\], expected \[2,4\]/],
    ['cut', hostTensor(new Float32Array(9), [3, 3]), /shape \[3,3\], expected \[2,4\]/],
    ['labels', { data: Int32Array.of(1, 3), shape: [2], dtype: 'int32' }, undefined],
    ['extra', floats(1), /UNKNOWN/],
  ])('fails %s for %j', async (name, tensor, note) => {
    const lines = await check({ [name]: tensor });
    expect(failures(lines)).toEqual([name]);
    if (note !== undefined) expect(lines.get(name)!.note).toMatch(note);
  });

  it('leaves out what a case says, and then allows no noise', async () => {
    const keep: OracleCase['keep'] = (name) => (name === 'noisy' ? Uint8Array.of(1, 0) : null);
    expect(failures(await check({ noisy: floats(3, 99) }, undefined, { keep }))).toEqual([]);
    expect(failures(await check({ noisy: floats(3.01, 4) }, undefined, { keep }))).toEqual(['noisy']);
  });

  it('compares parameter gradients by norm, sum and first entries', async () => {
    const grads = (w: HostTensor | undefined) => new Map([['mse', new Map(w === undefined ? [] : [['w', w]])]]);
    const wrong = [undefined, floats(3, 0, 4, 0), floats(-4, 0, 3, 0), floats(3, 0, -4, 1)];
    for (const w of wrong) {
      expect(failures(await check({}, grads(w)))).toEqual(['param_grads.mse.w', 'param_grads.mse']);
    }
    expect(failures(await check({}, grads(undefined), { skipParamGrad: () => true }))).toEqual([]);
    expect(failures(await check({}, new Map()))).toEqual(['param_grads.mse']);
    const unused = new Map([
      [
        'mse',
        new Map([
          ['w', gradient],
          ['unused', floats(1)],
        ]),
      ],
    ]);
    expect(failures(await check({}, unused))).toContain('param_grads.mse.unused');
  });

  it('fails if the folder has parameter gradients and the case gives none', async () => {
    const run = async () => ({ tensors: new Map(Object.entries(good)) });
    const lines = await checkTensors({ ids: [], run }, dir, 'cpu');
    expect(lines.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'param_grads', note: expect.stringMatching(/MISSING/) },
    ]);
  });

  it('compares numbers with their tolerance, NaN with NaN, and fails when nothing is compared', async () => {
    const run = async () => [
      { name: 'near', actual: 1.05, expected: 1, tolerance: 0.1 },
      { name: 'far', actual: 1.2, expected: 1, tolerance: 0.1 },
      { name: 'nan', actual: Number.NaN, expected: Number.NaN, tolerance: 0 },
      { name: 'not', actual: Number.NaN, expected: 1, tolerance: 9 },
    ];
    const lines = await checkMetrics({ ids: [], run }, dir);
    expect(lines.map(({ ok }) => ok)).toEqual([true, false, true, false]);
    expect((await checkMetrics({ ids: [], run: async () => [] }, dir))[0]!.ok).toBe(false);
  });

  it('names the known folders for an unknown one', async () => {
    await expect(checkFolder('no-such-network', 'cpu')).rejects.toThrow(/"no-such-network".*Known: /);
  });
});
