import { ConfigError, type Frame, type Interpolator } from '@vosvfi/core';
import type { Calibration, ParameterSpec } from '@vosvfi/runtime';
import type { AdacofPreset } from './adacof/index.js';
import type { InterpolationNetwork } from './interpolation-network.js';
import type { CalibrationOptions, InterpolatorOptions } from './interpolator.js';
import { ifrnetSmallWeights, type ShippedWeights } from './shipped-weights.js';

/** Where weights of a network can be had and what they were trained for. */
export interface OfficialWeights {
  /** File name that the authors gave. */
  readonly file: string;
  readonly trainedOn: string;
  /** Times in between that they were trained for. */
  readonly trainedTimes: readonly number[] | 'any';
}

/** Networks of one design. */
export type ModelFamily = 'adacof' | 'cdfi' | 'ifrnet' | 'rife';

/** Facts of a network that need no code of it. */
export interface ModelFacts {
  readonly id: string;
  readonly family: ModelFamily;
  readonly title: string;
  readonly paper: string;
  /** The authors' code, and its licence. */
  readonly source: string;
  readonly sourceLicense: string;
  readonly parameterCount: number;
  readonly officialWeights: readonly OfficialWeights[];
  readonly shippedWeights?: ShippedWeights;
}

/** Facts of a network and ways to load it. */
export interface ModelEntry extends ModelFacts {
  /** Makes the network; loads its code only now. */
  load(): Promise<InterpolationNetwork>;
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

function ifrnetEntry(
  id: 'ifrnet_s' | 'ifrnet' | 'ifrnet_l',
  suffix: string,
  parameterCount: number,
  shippedWeights?: ShippedWeights,
): ModelEntry {
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
    ...(shippedWeights && { shippedWeights }),
    ...lazily(async () => (await import('./ifrnet/index.js')).createIfrnet(id)),
  };
}

/** AdaCoF, and its compressed version of CDFI. */
function adacofEntry(id: AdacofPreset, parameterCount: number, files: readonly string[]): ModelEntry {
  const isCompressed = id.endsWith('compressed');
  return {
    id,
    family: 'adacof',
    title: isCompressed
      ? 'CDFI: Compression-Driven Network Design for Frame Interpolation (compressed AdaCoF)'
      : 'AdaCoF: Adaptive Collaboration of Flows for Video Frame Interpolation',
    paper: isCompressed ? 'https://arxiv.org/abs/2103.10559' : 'https://arxiv.org/abs/1907.10244',
    source: isCompressed ? 'https://github.com/tding1/CDFI' : 'https://github.com/HyeongminLEE/AdaCoF-pytorch',
    sourceLicense: isCompressed ? 'none stated' : 'MIT',
    parameterCount,
    officialWeights: files.map((file) => ({ file, trainedOn: 'Vimeo-90K', trainedTimes: [0.5] })),
    ...lazily(async () => (await import('./adacof/index.js')).createAdacof(id)),
  };
}

/** CDFI as a whole. */
const cdfiEntry: ModelEntry = {
  id: 'cdfi',
  family: 'cdfi',
  title: 'CDFI: Compression-Driven Network Design for Frame Interpolation',
  paper: 'https://arxiv.org/abs/2103.10559',
  source: 'https://github.com/tding1/CDFI',
  sourceLicense: 'none stated',
  parameterCount: 4_976_718,
  officialWeights: [{ file: 'checkpoints/CDFI_adacof.pth', trainedOn: 'Vimeo-90K', trainedTimes: [0.5] }],
  ...lazily(async () => (await import('./cdfi/index.js')).createCdfi('cdfi')),
};

function rifeEntry(id: 'rife' | 'rife_m', parameterCount: number, weights: OfficialWeights): ModelEntry {
  return {
    id,
    family: 'rife',
    title: 'Real-Time Intermediate Flow Estimation for Video Frame Interpolation',
    paper: 'https://arxiv.org/abs/2011.06294',
    source: 'https://github.com/hzwer/ECCV2022-RIFE',
    sourceLicense: 'MIT',
    parameterCount,
    officialWeights: [weights],
    ...lazily(async () => (await import('./rife/index.js')).createRife(id)),
  };
}

/** The ways to load a network, of the one way to make it. */
function lazily(
  load: () => Promise<InterpolationNetwork>,
): Pick<ModelEntry, 'load' | 'createInterpolator' | 'calibrate'> {
  const interpolator = () => import('./interpolator.js');
  return {
    load,
    createInterpolator: async (options) => (await interpolator()).createNetworkInterpolator(await load(), options),
    calibrate: async (options, pairs) => (await interpolator()).calibrateNetwork(await load(), options, pairs),
  };
}

const entries: readonly ModelEntry[] = [
  ifrnetEntry('ifrnet_s', '_S', 2_803_610, ifrnetSmallWeights),
  ifrnetEntry('ifrnet', '', 4_959_692),
  ifrnetEntry('ifrnet_l', '_L', 19_699_460),
  adacofEntry('adacof', 21_843_427, ['checkpoint/kernelsize_5/ckpt.pth']),
  adacofEntry('adacof_plus', 22_933_219, ['checkpoint/kernelsize_11/ckpt.pth']),
  adacofEntry('adacof_compressed', 2_452_094, ['compressed_adacof_F_5_D_1.pth']),
  adacofEntry('adacof_plus_compressed', 2_557_214, ['compressed_adacof_F_11_D_2.pth']),
  cdfiEntry,
  rifeEntry('rife', 10_071_550, { file: 'flownet.pkl', trainedOn: 'Vimeo-90K', trainedTimes: [0.5] }),
  rifeEntry('rife_m', 10_073_710, { file: 'flownet.pkl', trainedOn: 'Vimeo-90K septuplets', trainedTimes: 'any' }),
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
