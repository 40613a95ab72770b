import { fileURLToPath } from 'node:url';
import { ConfigError, type Frame, type Interpolator } from '@vosvfi/core';
import type { EngineId, Precision } from '@vosvfi/runtime';
import type { CalibrationOptions } from './interpolator.js';
import { findModel, listModels, type ModelEntry } from './registry.js';
import type { ShippedWeights } from './shipped-weights.js';

/** Precisions that a network can be opened in. */
export const precisionKinds = ['float32', 'int8', 'float16-weights'] as const;

/** One of {@link precisionKinds}. */
export type PrecisionKind = (typeof precisionKinds)[number];

/** A network by name with its weights in a file, as a command line or a configuration has it. */
export interface NetworkChoice {
  /** Id in the registry. */
  readonly model: string;
  /** Safetensors file or PyTorch checkpoint. Default: those that come along, where the network has any. */
  readonly weights?: string | undefined;
  /** Default `graph`. */
  readonly engine?: EngineId | undefined;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number | undefined;
  /** Default float32. */
  readonly precision?: PrecisionKind | undefined;
  /** The network looks for motion in frames resized by this factor: below 1 for motion too large for it. Default 1. */
  readonly scale?: number | undefined;
  /** Frames like those to come, of one size, by which int8 is calibrated; needed for it. */
  readonly calibrationPairs?: readonly (readonly [Frame, Frame])[] | undefined;
  /** Let the network make frames at times that its weights were not trained for. Default false. */
  readonly allowUntrainedTime?: boolean | undefined;
}

/** A network of the registry and weights for it. */
export interface CheckedChoice {
  readonly entry: ModelEntry;
  readonly file: string;
  /** The weights, if they come along and were not named. */
  readonly shipped?: ShippedWeights;
}

/**
 * Checks that a choice names a network, and a file or a network with weights that come along, without reading any file.
 * @throws ConfigError for an unknown name or without weights.
 */
export function checkNetworkChoice({ model, weights }: NetworkChoice): CheckedChoice {
  const entry = findModel(model);
  if (weights !== undefined) return { entry, file: weights };
  const shipped = entry.shippedWeights;
  if (shipped !== undefined) return { entry, file: fileURLToPath(shipped.url), shipped };
  const complete = listModels().filter(({ shippedWeights }) => shippedWeights !== undefined);
  throw new ConfigError('weights', `"${model}" is a network and needs its weights.`, {
    hint: `Give a safetensors file or a PyTorch checkpoint, or take ${complete.map(({ id }) => id).join(', ')}.`,
  });
}

/**
 * Opens a network as an interpolator; its code is loaded only now.
 * @throws ConfigError as {@link checkNetworkChoice} does, and for int8 without frames to calibrate by; CheckpointError for
 * weights that do not fit.
 */
export async function openNetwork(choice: NetworkChoice): Promise<Interpolator> {
  const { entry, file, shipped } = checkNetworkChoice(choice);
  const { loadNetworkWeights } = await import('./weights/index.js');
  const { engine = 'graph', allowUntrainedTime = false } = choice;
  const weights = await loadNetworkWeights(file, await entry.load());
  const common = {
    ...(choice.threads !== undefined && { threads: choice.threads }),
    ...(choice.scale !== undefined && { scale: choice.scale }),
  };
  // A file does not tell its times; where the authors trained for any, so does this project.
  const { officialWeights } = entry;
  const isForAnyTime = (shipped ? [shipped] : officialWeights).every(({ trainedTimes }) => trainedTimes === 'any');
  const precision = await precisionOf(choice, entry, { weights, ...common });
  return entry.createInterpolator({
    weights,
    engine,
    allowUntrainedTime,
    ...(isForAnyTime ? { trainedTimes: 'any' } : {}),
    ...common,
    ...(precision === undefined ? {} : { precision }),
  });
}

async function precisionOf(
  { precision: kind = 'float32', calibrationPairs = [] }: NetworkChoice,
  entry: ModelEntry,
  options: CalibrationOptions,
): Promise<Precision | undefined> {
  if (kind === 'int8') return { kind, calibration: await entry.calibrate(options, calibrationPairs) };
  return kind === 'float32' ? undefined : { kind };
}
