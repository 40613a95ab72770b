import { ConfigError, type Frame, type Interpolator } from '@vosvfi/core';
import type { Calibration, ParameterSpec } from '@vosvfi/runtime';
import type { IfrnetCalibrationOptions, IfrnetInterpolatorOptions, IfrnetNetwork } from './ifrnet/index.js';

/** Where weights of a network can be had and what they were trained for. */
export interface OfficialWeights {
  /** File name that the authors gave. */
  readonly file: string;
  readonly trainedOn: string;
  /** Times in between that they were trained for. */
  readonly trainedTimes: readonly number[];
}

/** Facts of a network that need no code of it. */
export interface ModelFacts {
  readonly id: string;
  readonly family: 'ifrnet';
  readonly title: string;
  readonly paper: string;
  /** The authors' code, and its licence. */
  readonly source: string;
  readonly sourceLicense: string;
  readonly parameterCount: number;
  readonly officialWeights: readonly OfficialWeights[];
}

/** Weights and how to run them; of every network the same. */
export type InterpolatorOptions = Omit<IfrnetInterpolatorOptions, 'config'>;

/** Weights to calibrate, and how; of every network the same. */
export type CalibrationOptions = Omit<IfrnetCalibrationOptions, 'config'>;

/** Facts of a network and ways to load it. */
export interface ModelEntry extends ModelFacts {
  /** Makes the network; loads its code only now. */
  load(): Promise<IfrnetNetwork>;
  /**
   * Makes an interpolator around the network; loads its code only now.
   * @throws ConfigError for an invalid option; CheckpointError for weights that are not the network's.
   */
  createInterpolator(options: InterpolatorOptions): Promise<Interpolator>;
  /**
   * Ranges for int8 from pairs of frames of one size; loads the network's code only now.
   * @throws ConfigError without pairs; ShapeError if sizes differ; CheckpointError as `createInterpolator` does.
   */
  calibrate(options: CalibrationOptions, pairs: readonly (readonly [Frame, Frame])[]): Promise<Calibration>;
}

const ifrnetTitle = 'IFRNet: Intermediate Feature Refine Network for Efficient Frame Interpolation';

function ifrnetEntry(id: 'ifrnet_s' | 'ifrnet' | 'ifrnet_l', suffix: string, parameterCount: number): ModelEntry {
  return {
    id,
    family: 'ifrnet',
    title: ifrnetTitle,
    paper: 'https://arxiv.org/abs/2205.14620',
    source: 'https://github.com/ltkong218/IFRNet',
    sourceLicense: 'MIT',
    parameterCount,
    officialWeights: [
      { file: `IFRNet${suffix}_Vimeo90K.pth`, trainedOn: 'Vimeo-90K', trainedTimes: [0.5] },
      { file: `IFRNet${suffix}_GoPro.pth`, trainedOn: 'GoPro', trainedTimes: [1, 2, 3, 4, 5, 6, 7].map((i) => i / 8) },
    ],
    load: async () => (await import('./ifrnet/index.js')).createIfrnet(id),
    createInterpolator: async (options) =>
      (await import('./ifrnet/index.js')).createIfrnetInterpolator({ ...options, config: id }),
    calibrate: async (options, pairs) =>
      (await import('./ifrnet/index.js')).calibrateIfrnet({ ...options, config: id }, pairs),
  };
}

const entries: readonly ModelEntry[] = [
  ifrnetEntry('ifrnet_s', '_S', 2_803_610),
  ifrnetEntry('ifrnet', '', 4_959_692),
  ifrnetEntry('ifrnet_l', '_L', 19_699_460),
];

/** Every network that can be named, in a fixed order. */
export function listModels(): readonly ModelEntry[] {
  return entries;
}

/**
 * The network called `id`.
 * @throws ConfigError listing the names that exist.
 */
export function findModel(id: string): ModelEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  throw new ConfigError('model', `there is no network "${id}".`, {
    hint: `Known: ${entries.map((candidate) => candidate.id).join(', ')}.`,
  });
}

/** Number of values in `parameters`, those that are never trained included. */
export function countParameters(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}
