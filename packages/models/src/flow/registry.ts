import { ConfigError } from '@vosvfi/core';
import type { RaftPreset } from '../raft/config.js';
import type { FlowNetwork } from './flow-network.js';

/** Where weights of a flow network can be had and what they were trained on. */
export interface OfficialFlowWeights {
  /** File name that the authors gave. */
  readonly file: string;
  readonly trainedOn: string;
}

/** Flow networks of one design. */
export type FlowFamily = 'raft';

/** Facts of a flow network and a way to load it. */
export interface FlowEntry {
  readonly id: string;
  readonly family: FlowFamily;
  readonly title: string;
  readonly paper: string;
  /** The authors' code, and its licence. */
  readonly source: string;
  readonly sourceLicense: string;
  /** Values of all parameters, statistics of normalizations included. */
  readonly parameterCount: number;
  /** Weights that the authors published; none come along. */
  readonly officialWeights: readonly OfficialFlowWeights[];
  /** Makes the network; loads its code only now. */
  load(): Promise<FlowNetwork>;
}

function raftEntry(id: RaftPreset, parameterCount: number, officialWeights: readonly OfficialFlowWeights[]): FlowEntry {
  return {
    id,
    family: 'raft',
    title: `RAFT: Recurrent All-Pairs Field Transforms for Optical Flow${id === 'raft_small' ? ' (small)' : ''}`,
    paper: 'https://arxiv.org/abs/2003.12039',
    source: 'https://github.com/princeton-vl/RAFT',
    sourceLicense: 'BSD-3-Clause',
    parameterCount,
    officialWeights,
    load: async () => (await import('../raft/index.js')).createRaft(id),
  };
}

const entries: readonly FlowEntry[] = [
  raftEntry('raft', 5_260_416, [
    { file: 'raft-chairs.pth', trainedOn: 'FlyingChairs' },
    { file: 'raft-things.pth', trainedOn: 'FlyingChairs, FlyingThings3D' },
    { file: 'raft-sintel.pth', trainedOn: 'both, then Sintel, KITTI, HD1K' },
    { file: 'raft-kitti.pth', trainedOn: 'all of these, then KITTI' },
  ]),
  raftEntry('raft_small', 990_162, [{ file: 'raft-small.pth', trainedOn: 'FlyingChairs, FlyingThings3D' }]),
];

/** Every flow network that can be named, in a fixed order. */
export function listFlowNetworks(): readonly FlowEntry[] {
  return entries;
}

/**
 * The flow network called `id`.
 * @throws ConfigError listing the names that exist.
 */
export function findFlowNetwork(id: string): FlowEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  throw new ConfigError('flow', `there is no flow network "${id}".`, {
    hint: `Known: ${entries.map((candidate) => candidate.id).join(', ')}.`,
  });
}
