import { fileURLToPath } from 'node:url';
import { ConfigError, type WeightMap } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import type { EngineId } from '@vosvfi/runtime/engine';
import type { StcnPreset } from './stcn/index.js';
import type { VideoSegmenter } from './video-segmenter.js';
import { stcnTinyWeightsUrl } from './weights.js';

/** Where weights of a segmentation network can be had and what they were trained on. */
export interface OfficialSegmenterWeights {
  /** File name that the authors gave. */
  readonly file: string;
  readonly trainedOn: string;
}

/** Segmentation networks of one design. */
export type SegmenterFamily = 'stcn' | 'mast' | 'rvos';

/** Facts of a video segmentation network that need no code of it. */
export interface SegmenterFacts {
  readonly id: string;
  readonly family: SegmenterFamily;
  readonly title: string;
  readonly paper: string;
  /** The authors' code, and its licence. */
  readonly source: string;
  readonly sourceLicense: string;
  readonly parameterCount: number;
  /** Weights that the authors published; none come along. */
  readonly officialWeights: readonly OfficialSegmenterWeights[];
  /** Weights that come with this package: a safetensors file. */
  readonly shippedWeights?: URL;
}

/** How a network carries masks through videos; a network ignores what it has no use for. */
export interface SegmenterOptions {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Every how many frames one is remembered, besides those with given masks. Default: the network's own. */
  readonly memoryEvery?: number;
  /** Cells of memory that each place reads. Default: the network's own. */
  readonly topK?: number;
  /** Frames in memory; older ones are forgotten. Default: the network's own. */
  readonly maxMemoryFrames?: number;
}

/** A loaded network: what its weights must be. */
export interface SegmentationNetwork {
  readonly id: string;
  readonly config: unknown;
  readonly parameters: readonly ParameterSpec[];
  /** What official files hold, if that is more than `parameters`. */
  readonly trainingParameters?: readonly ParameterSpec[];
  /** The files of a folder, where official weights are several: their names, and what the keys in each lack in front. */
  readonly files?: readonly { readonly file: string; readonly prefix: string }[];
}

/** Facts of a video segmentation network and ways to load it. */
export interface SegmenterEntry extends SegmenterFacts {
  /** Makes the network; loads its code only now. */
  load(): Promise<SegmentationNetwork>;
  /**
   * Makes a segmenter of weights with the network's keys and layouts; loads the network's code only now.
   * @throws ConfigError for an invalid option.
   */
  createVideoSegmenter(weights: WeightMap, options?: SegmenterOptions): Promise<VideoSegmenter>;
}

function stcnEntry(
  id: StcnPreset,
  parameterCount: number,
  weights: Pick<SegmenterFacts, 'officialWeights' | 'shippedWeights'>,
): SegmenterEntry {
  const load = async () => (await import('./stcn/index.js')).createStcn(id);
  return {
    id,
    family: 'stcn',
    title:
      'Rethinking Space-Time Networks with Improved Memory Coverage for Efficient Video Object Segmentation' +
      (id === 'stcn_tiny' ? ' (small)' : ''),
    paper: 'https://arxiv.org/abs/2106.05210',
    source: 'https://github.com/hkchengrex/STCN',
    sourceLicense: 'MIT',
    parameterCount,
    ...weights,
    load,
    createVideoSegmenter: async (values, options = {}) => {
      const { createStcn, createStcnTinyVideoSegmenter, createStcnVideoSegmenter } = await import('./stcn/index.js');
      const create = id === 'stcn_tiny' ? createStcnTinyVideoSegmenter : createStcnVideoSegmenter;
      return create(createStcn(id), values, options);
    },
  };
}

/** Options of networks that have a memory of their own kind. */
function engineOf({ engine, threads }: SegmenterOptions): Pick<SegmenterOptions, 'engine' | 'threads'> {
  return { ...(engine !== undefined && { engine }), ...(threads !== undefined && { threads }) };
}

const mastEntry: SegmenterEntry = {
  id: 'mast',
  family: 'mast',
  title: 'MAST: A Memory-Augmented Self-Supervised Tracker',
  paper: 'https://arxiv.org/abs/2002.07793',
  source: 'https://github.com/zlai0/MAST',
  sourceLicense: 'none stated',
  parameterCount: 5_298_176,
  officialWeights: [{ file: '(linked in the repository)', trainedOn: 'YouTube-VOS, without its masks' }],
  load: async () => (await import('./mast/index.js')).createMast(),
  createVideoSegmenter: async (values, options = {}) => {
    const { createMast, createMastVideoSegmenter } = await import('./mast/index.js');
    return createMastVideoSegmenter(createMast(), values, engineOf(options));
  },
};

const rvosEntry: SegmenterEntry = {
  id: 'rvos_one_shot',
  family: 'rvos',
  title: 'RVOS: End-to-End Recurrent Network for Video Object Segmentation',
  paper: 'https://arxiv.org/abs/1903.05612',
  source: 'https://github.com/imatge-upc/rvos',
  sourceLicense: 'BSD-like',
  parameterCount: 49_455_281,
  officialWeights: [
    { file: 'encoder.pt and decoder.pt, a folder', trainedOn: 'YouTube-VOS' },
    { file: 'encoder.pt and decoder.pt, a folder', trainedOn: 'DAVIS 2017' },
  ],
  load: async () => {
    const { createRvos, rvosFiles } = await import('./rvos/index.js');
    const network = createRvos('rvos_one_shot');
    return { ...network, trainingParameters: network.optionalParameters, files: rvosFiles };
  },
  createVideoSegmenter: async (values, options = {}) => {
    const { createRvos, createRvosVideoSegmenter } = await import('./rvos/index.js');
    return createRvosVideoSegmenter(createRvos('rvos_one_shot'), values, engineOf(options));
  },
};

const entries: readonly SegmenterEntry[] = [
  stcnEntry('stcn', 54_469_252, {
    officialWeights: [
      { file: 'stcn.pth', trainedOn: 'static images, BL30K, DAVIS 2017 and YouTube-VOS' },
      { file: 'stcn_s0.pth', trainedOn: 'static images' },
    ],
  }),
  stcnEntry('stcn_tiny', 1_596_102, { officialWeights: [], shippedWeights: stcnTinyWeightsUrl }),
  mastEntry,
  rvosEntry,
];

/** Every video segmentation network that can be named, in a fixed order. */
export function listSegmenters(): readonly SegmenterEntry[] {
  return entries;
}

/**
 * The video segmentation network called `id`.
 * @throws ConfigError listing the names that exist.
 */
export function findSegmenter(id: string): SegmenterEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  throw new ConfigError('model', `there is no video segmentation network "${id}".`, {
    hint: `Known: ${entries.map((candidate) => candidate.id).join(', ')}.`,
  });
}

/** A video segmentation network by name, with its weights in a file or those that come along. */
export interface SegmenterChoice {
  readonly model: string;
  /** Safetensors file or PyTorch checkpoint. */
  readonly weights?: string | undefined;
}

/**
 * Checks that a choice names a network and a file, without reading the file.
 * @returns the network's entry in the registry, and the file: the given one, or the one that comes along.
 * @throws ConfigError for an unknown name, or without weights where none come along.
 */
export function checkSegmenterChoice({ model, weights }: SegmenterChoice): { entry: SegmenterEntry; file: string } {
  const entry = findSegmenter(model);
  if (weights !== undefined) return { entry, file: weights };
  if (entry.shippedWeights !== undefined) return { entry, file: fileURLToPath(entry.shippedWeights) };
  const withWeights = entries.filter(({ shippedWeights }) => shippedWeights !== undefined).map(({ id }) => id);
  throw new ConfigError('weights', `"${model}" is a network and needs its weights.`, {
    hint: `Give a safetensors file or a PyTorch checkpoint, or take ${withWeights.join(' or ')}, whose weights come along.`,
  });
}
