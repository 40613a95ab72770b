import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CheckpointError,
  ConfigError,
  createRandom,
  type Frame,
  hostTensor,
  ShapeError,
  UnsupportedError,
} from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countParameters, findFlowNetwork, listFlowNetworks } from '../index.js';
import { createRaft, type RaftConfig } from '../raft/index.js';
import { loadNetworkWeights, saveWeights } from '../weights/index.js';
import { createFlowEstimator, flowMargins, openFlowEstimator } from './index.js';

const tiny: RaftConfig = {
  ...{ design: 'small', widths: [4, 4, 8], features: 4, hidden: 4, context: 4 },
  ...{ correlation: [8], flow: [4, 4], motion: 6, head: 8, levels: 3, radius: 1 },
};

function picture(width: number, height: number, seed = 1): Frame {
  const random = createRandom(seed);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => random.uniform(0, 255)), width, height };
}

describe('registry of flow networks', () => {
  it.each(listFlowNetworks().map((entry) => [entry.id, entry] as const))(
    '%s loads and is what it says',
    async (id, entry) => {
      expect(findFlowNetwork(id)).toBe(entry);
      const network = await entry.load();
      expect(network.id).toBe(id);
      expect(countParameters(network.parameters)).toBe(entry.parameterCount);
    },
  );

  it('lists what exists when asked for what does not', () => {
    expect(() => findFlowNetwork('pwc')).toThrow('there is no flow network "pwc". Known: raft, raft_small.');
  });
});

describe('flowMargins', () => {
  it('is half on each side, or all of the height at the bottom', () => {
    expect(flowMargins(19, 29, { multiple: 8 })).toEqual({ top: 2, bottom: 3, left: 1, right: 2 });
    expect(flowMargins(19, 29, { multiple: 8 }, 'kitti')).toEqual({ top: 0, bottom: 5, left: 1, right: 2 });
    expect(flowMargins(24, 32, { multiple: 8 })).toEqual({ top: 0, bottom: 0, left: 0, right: 0 });
    expect(flowMargins(24, 130, { multiple: 8, smallest: 128 })).toEqual({ top: 52, bottom: 52, left: 3, right: 3 });
    expect(() => flowMargins(0, 8, { multiple: 8 })).toThrow(ConfigError);
  });
});

describe('an estimator', () => {
  const network = createRaft(tiny);
  const weights = initializeWeights(network.parameters, createRandom(1));
  const estimator = createFlowEstimator(network, { weights, iterations: 2, threads: 1 });
  afterAll(() => estimator.dispose());

  it('takes frames of any size and starts from a given flow', async () => {
    const [from, to] = [picture(133, 70), picture(133, 70, 2)];
    const [first, again] = await Promise.all([estimator.estimate(from, to), estimator.estimate(from, to)]);
    expect([first.width, first.height, first.data.length]).toEqual([133, 70, 2 * 133 * 70]);
    expect(first.low.shape).toEqual([1, 16, 17, 2]);
    expect(again.data).toEqual(first.data);
    const init = hostTensor(new Float32Array(2 * 16 * 17).fill(1.5), [1, 16, 17, 2]);
    const started = await estimator.estimate(from, to, { init });
    expect(started.data).not.toEqual(first.data);
    await expect(estimator.estimate(from, to, { init: first.low })).resolves.toMatchObject({ width: 133 });
  });

  it('refuses what it cannot', async () => {
    const frame = picture(64, 64);
    await expect(estimator.estimate(frame, picture(64, 65))).rejects.toThrow(ShapeError);
    const large = { data: new Uint8Array(3 * 4096 * 1025), width: 4096, height: 1025 };
    await expect(estimator.estimate(large, large)).rejects.toThrow(UnsupportedError);
    await expect(estimator.estimate(large, large)).rejects.toThrow(/4096 x 1025 are too many. Make them smaller/);
    expect(() => createFlowEstimator(network, { weights, iterations: 0 })).toThrow('iterations: expected a positive');
    expect(() => createFlowEstimator(network, { weights: new Map() })).toThrow(CheckpointError);
  });
});

describe('weights files', () => {
  const network = createRaft('raft');
  const weights = initializeWeights(network.parameters, createRandom(1));
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vosvfi-flow-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** As the official code saves it: a shared normalization under both of its names, or only under the other one. */
  function official(names: 'both' | 'other') {
    return new Map(
      network.parameters.flatMap(({ key, aliases = [] }) =>
        (names === 'other' && aliases.length > 0 ? aliases : [key, ...aliases]).map(
          (name) => [`module.${name}`, weights.get(key)!] as const,
        ),
      ),
    );
  }

  it.each(['both', 'other'] as const)(
    'with names of parallel training and %s names of shared tensors fit',
    async (names) => {
      const file = join(folder, `${names}.safetensors`);
      const counter = hostTensor(Float32Array.of(3), []);
      const dict = official(names);
      expect(dict.size).toBe(names === 'both' ? 162 : 154);
      await saveWeights(file, new Map([...dict, ['module.cnet.norm1.num_batches_tracked', counter]]));
      const loaded = await loadNetworkWeights(file, network);
      expect([...loaded.keys()]).toEqual(network.parameters.map(({ key }) => key));
      for (const key of ['cnet.layer2.0.downsample.1.running_var', 'fnet.conv1.bias']) {
        expect(loaded.get(key)!.data).toEqual(weights.get(key)!.data);
      }
    },
  );

  it('that are another network are refused with the reason', async () => {
    const file = join(folder, 'small.safetensors');
    const small = createRaft('raft_small');
    await saveWeights(file, initializeWeights(small.parameters, createRandom(1)));
    const opened = await openFlowEstimator({ model: 'raft_small', weights: file });
    expect([opened.id, opened.iterations]).toEqual(['raft_small', 20]);
    await opened.dispose();
    const other = openFlowEstimator({ model: 'raft', weights: file });
    await expect(other).rejects.toThrow(CheckpointError);
    await expect(other).rejects.toThrow(/does not fit the network.*princeton-vl\/RAFT/);
  });
});
