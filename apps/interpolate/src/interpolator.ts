import { ConfigError, type Interpolator } from '@vosvfi/core';
import { blendInterpolator, repeatInterpolator } from '@vosvfi/eval';
import { findModel } from '@vosvfi/models';
import type { EngineId } from '@vosvfi/runtime';

/** Engines a network can run on, as the command names them. */
export const engineIds = ['graph', 'cpu', 'wasm'] as const satisfies readonly EngineId[];

/** Which interpolator to open. */
export interface InterpolatorChoice {
  /** A network of the registry, or `blend` or `repeat`. */
  readonly model: string;
  /** File with the network's weights. */
  readonly weights?: string | undefined;
  readonly engine: EngineId;
  readonly threads?: number | undefined;
  /** Let the network make frames at times that its weights were not trained for. */
  readonly allowUntrainedTime?: boolean | undefined;
}

const baselines: Readonly<Record<string, () => Interpolator>> = {
  blend: blendInterpolator,
  repeat: repeatInterpolator,
};

/**
 * Checks that the names fit together, without reading a file.
 * @throws ConfigError for an unknown name, a network without weights or a baseline with them.
 */
export function checkChoice({ model, weights }: InterpolatorChoice): void {
  if (model in baselines) {
    if (weights !== undefined) throw new ConfigError('--weights', `"${model}" has no weights.`);
    return;
  }
  findModel(model);
  if (weights === undefined) {
    throw new ConfigError('--weights', `"${model}" is a network and needs its weights.`, {
      hint: 'Give a safetensors file or a PyTorch checkpoint, or choose --model blend.',
    });
  }
}

/**
 * Opens an interpolator by name; the code of a network is loaded only now.
 * @throws ConfigError as {@link checkChoice} does; CheckpointError for weights that do not fit.
 */
export async function openInterpolator(choice: InterpolatorChoice): Promise<Interpolator> {
  checkChoice(choice);
  const { model, weights, engine, threads, allowUntrainedTime = false } = choice;
  const baseline = baselines[model];
  if (baseline !== undefined) return baseline();
  const { loadWeights } = await import('@vosvfi/models/weights');
  const { createIfrnetInterpolator, ifrnetPresets } = await import('@vosvfi/models/ifrnet');
  const entry = findModel(model);
  const network = await entry.load();
  return createIfrnetInterpolator({
    // By name where it has one, so that results carry it.
    config: isKeyOf(ifrnetPresets, entry.id) ? entry.id : network.config,
    weights: await loadWeights(weights!, network.parameters),
    engine,
    allowUntrainedTime,
    ...(threads === undefined ? {} : { threads }),
  });
}

function isKeyOf<T extends object>(record: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(record, key);
}
