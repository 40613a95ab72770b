export { readSafetensors, writeSafetensors } from '@vosvfi/core/safetensors';
export { type LoadWeightsOptions, loadWeights } from './load.js';
export { loadNetworkWeights, type WeightedNetwork } from './load-network.js';
export { hasWeightsParts, loadWeightsParts, type WeightsPart } from './load-parts.js';
export { PickleDict, PickleNode, PickleRecord, PickleTuple, type PickleValue } from './pickle/values.js';
export { openPytorch, type PytorchFile } from './pytorch/open.js';
export { CheckpointTensor, Storage } from './pytorch/tensor.js';
export { saveWeights } from './save.js';
export { openStateDicts, type StateDict, type StateDictFile, type TensorEntry } from './state-dicts.js';
