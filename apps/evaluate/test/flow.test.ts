import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom } from '@vosvfi/core';
import { writeFrame } from '@vosvfi/data';
import { findFlowNetwork } from '@vosvfi/models';
import { saveWeights } from '@vosvfi/models/weights';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '../src/index.js';
import { RecentFlows } from '../src/recent-flows.js';

let root: string;
const weightsFile = (seed: number): string => join(root, `raft_small-${seed}.safetensors`);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vosvfi-flow-'));
  for (let index = 0; index < 3; index++) {
    const random = createRandom(index);
    const data = Uint8Array.from({ length: 40 * 32 * 3 }, () => random.uniform(0, 255));
    await writeFrame(join(root, 'clip', `0000${index}.png`), { data, width: 40, height: 32 });
  }
  const { parameters } = await findFlowNetwork('raft_small').load();
  for (const seed of [1, 2]) await saveWeights(weightsFile(seed), initializeWeights(parameters, createRandom(seed)));
});
afterAll(() => rm(root, { recursive: true }));

async function evaluate(...args: string[]) {
  const out: string[] = [];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: () => undefined, isTTY: false },
  };
  const command = evaluateCommand(streams)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const common = ['x2', '--data', join(root, 'clip'), '--model', 'blend', '--workers', '0', '--threads', '1', '--json'];
  await command.parseAsync([...common, '--cache', join(root, 'cache'), ...args], { from: 'user' });
  const { summary, environment } = JSON.parse(out.join(''));
  return { values: summary.blend, environment };
}

const network = ['--metrics', 'tof', '--flow', 'raft_small', '--flow-iterations', '2'];

describe('vosvfi evaluate --flow raft_small', () => {
  it('measures by the flow network, and tells apart what its weights and iterations make', async () => {
    const first = await evaluate(...network, '--weights', `raft_small=${weightsFile(1)}`);
    expect(first.values.tof).toBeGreaterThan(0);
    expect(first.environment.flow).toMatch(/^raft_small, 2 iterations, weights [0-9a-f]{64}, engine graph, version 1$/);
    // The only network: its name can be left out. What was kept is taken again, and not that of other weights.
    expect((await evaluate(...network, '--weights', weightsFile(1))).values).toEqual(first.values);
    const other = await evaluate(...network, '--weights', weightsFile(2));
    const longer = await evaluate(...network, '--weights', weightsFile(1), '--flow-iterations', '3');
    const classical = await evaluate('--metrics', 'tof', '--flow', 'motion');
    expect(classical.environment.flow).toBe('motion, version 1');
    const found = [first, other, longer, classical].map(({ values }) => values.tof);
    expect(new Set(found).size).toBe(4);
  });

  it('says what to do without weights, with others, and with a model of the same name', async () => {
    await expect(evaluate(...network)).rejects.toThrow(ConfigError);
    await expect(evaluate(...network)).rejects.toThrow(
      /"raft_small" as --flow is a network.*Give --weights raft_small=FILE.*raft-small\.pth.*take --flow motion/,
    );
    const wrong = evaluate('--metrics', 'tof', '--flow', 'raft', '--weights', weightsFile(1));
    await expect(wrong).rejects.toThrow(CheckpointError);
    const both = evaluate(...network, '--weights', weightsFile(1), '--model', 'raft_small=repeat');
    await expect(both).rejects.toThrow('--model: "raft_small" is there twice');
    const idle = evaluate('--metrics', 'tof', '--flow', 'motion', '--flow-iterations', '2');
    await expect(idle).rejects.toThrow('--flow-iterations: is of no use without a network');
    await expect(evaluate('--metrics', 'psnr', '--weights', weightsFile(1))).rejects.toThrow(
      'neither a --model nor --flow is a network',
    );
  });
});

describe('RecentFlows', () => {
  const flow = (value: number) => ({ data: new Float32Array(2).fill(value), width: 1, height: 1 });

  it('finds what is used most recently once, and forgets the rest', async () => {
    const recent = new RecentFlows(16);
    const found: string[] = [];
    const find = (key: string) =>
      recent.find(key, async () => {
        found.push(key);
        return flow(found.length);
      });
    const [one, same] = await Promise.all([find('a'), find('a')]);
    expect(one).toBe(same);
    for (const key of ['b', 'a', 'c', 'a', 'b']) await find(key);
    expect(found).toEqual(['a', 'b', 'c', 'b']);
  });

  it('tries again what failed', async () => {
    const recent = new RecentFlows();
    await expect(recent.find('a', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect((await recent.find('a', async () => flow(3))).data[0]).toBe(3);
  });
});
