import { loadNetworkWeights } from '../weights/load-network.js';
import { createFlowEstimator, type FlowEstimator, type FlowEstimatorOptions } from './estimator.js';
import { findFlowNetwork } from './registry.js';

/** A flow network by name with its weights in a file. */
export interface FlowChoice extends Omit<FlowEstimatorOptions, 'weights'> {
  /** Id in the registry. */
  readonly model: string;
  /** Safetensors file or PyTorch checkpoint. */
  readonly weights: string;
}

/**
 * Opens a flow network; its code is loaded only now.
 * @throws ConfigError for an unknown name or an invalid option; CheckpointError for weights that do not fit.
 */
export async function openFlowEstimator({ model, weights, ...options }: FlowChoice): Promise<FlowEstimator> {
  const network = await findFlowNetwork(model).load();
  return createFlowEstimator(network, { ...options, weights: await loadNetworkWeights(weights, network) });
}
