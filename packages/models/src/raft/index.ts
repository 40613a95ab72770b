export { parseRaftConfig, type RaftConfig, type RaftPreset, raftConfigSchema, raftPresets } from './config.js';
export type { RaftContext, RaftInputs, RaftIterations, RaftOutputs, RaftStep } from './forward.js';
export { createRaft, type RaftNetwork } from './network.js';
export type { Update as RaftUpdate, UpdateInputs as RaftUpdateInputs } from './update.js';
