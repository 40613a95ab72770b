import { ConfigError, type Interpolator } from '@vosvfi/core';
import type { EngineId } from '@vosvfi/runtime';
import { findModel, type ModelEntry } from './registry.js';

/** A network by name with its weights in a file, as a command line or a configuration has it. */
export interface NetworkChoice {
  /** Id in the registry. */
  readonly model: string;
  /** Safetensors file or PyTorch checkpoint. */
  readonly weights?: string | undefined;
  /** Default `graph`. */
  readonly engine?: EngineId | undefined;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number | undefined;
  /** Let the network make frames at times that its weights were not trained for. Default false. */
  readonly allowUntrainedTime?: boolean | undefined;
}

/**
 * Checks that a choice names a network and a file, without reading the file.
 * @returns the network's entry in the registry and the file.
 * @throws ConfigError for an unknown name or without weights.
 */
export function checkNetworkChoice({ model, weights }: NetworkChoice): { entry: ModelEntry; file: string } {
  const entry = findModel(model);
  if (weights === undefined) {
    throw new ConfigError('weights', `"${model}" is a network and needs its weights.`, {
      hint: 'Give a safetensors file or a PyTorch checkpoint.',
    });
  }
  return { entry, file: weights };
}

/**
 * Opens a network as an interpolator; its code is loaded only now.
 * @throws ConfigError as {@link checkNetworkChoice} does; CheckpointError for weights that do not fit.
 */
export async function openNetwork(choice: NetworkChoice): Promise<Interpolator> {
  const { entry, file } = checkNetworkChoice(choice);
  const { loadWeights } = await import('./weights/index.js');
  const { parameters } = await entry.load();
  const { engine = 'graph', threads, allowUntrainedTime = false } = choice;
  return entry.createInterpolator({
    weights: await loadWeights(file, parameters),
    engine,
    allowUntrainedTime,
    ...(threads === undefined ? {} : { threads }),
  });
}
