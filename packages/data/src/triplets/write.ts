import { writeFileAtomically } from '@vosvfi/core';
import { writeFlow } from '../image/flow-file.js';
import { writeFrame } from '../image/frame-file.js';
import { writeMask } from '../image/mask-file.js';
import type { PhotoTextures } from '../photos/photo-folder.js';
import type { TripletDataset, TripletSample } from '../sample.js';
import type { SceneOptions } from '../synthetic/config.js';
import { createSyntheticDataset } from '../synthetic/dataset.js';
import { flowFiles, frameFiles, listFile, maskFiles, type Split } from './layout.js';

/** Writes one sample's files into its folder of the Vimeo-90K layout. */
export async function writeTriplet(dir: string, name: string, sample: TripletSample): Promise<void> {
  const frames = frameFiles(dir, name);
  await Promise.all(frames.map((file, k) => writeFrame(file, sample.frames[k]!)));
  const { masks, flow } = sample;
  if (masks) {
    const files = maskFiles(dir, name);
    await Promise.all(files.map((file, k) => writeMask(file, masks[k]!, { format: 'binary' })));
  }
  if (flow) {
    const { width, height } = sample.frames[0];
    const half = (direction: 0 | 1) =>
      Float32Array.from({ length: width * height * 2 }, (_, i) => flow[(i >> 1) * 4 + direction * 2 + (i & 1)]!);
    const [backward, forward] = flowFiles(dir, name);
    await writeFlow(backward, { data: half(0), width, height });
    await writeFlow(forward, { data: half(1), width, height });
  }
}

/** Options of {@link writeSyntheticDataset}. */
export interface WriteSyntheticOptions {
  readonly seed: number;
  /** Numbers of triplets. */
  readonly train: number;
  readonly test: number;
  readonly scene: SceneOptions;
  /** True to write the flow files too. */
  readonly flow?: boolean;
  /** Photographs that surfaces are cut from; without them, patterns. */
  readonly textures?: PhotoTextures;
  readonly signal?: AbortSignal;
}

async function writeSplit(dir: string, split: Split, data: TripletDataset, first: number, signal?: AbortSignal) {
  const names: string[] = [];
  for (let index = 0; index < data.length; index++) {
    signal?.throwIfAborted();
    const number = first + index;
    const name = `${String(Math.floor(number / 1000) + 1).padStart(5, '0')}/${String((number % 1000) + 1).padStart(4, '0')}`;
    await writeTriplet(dir, name, await data.sample(index));
    names.push(name);
  }
  await writeFileAtomically(listFile(dir, split), names.map((name) => `${name}\n`).join(''));
}

/**
 * Writes synthetic scenes in the Vimeo-90K layout, with masks (0 and 255) of all moving objects. Training and test
 * scenes are different ones. The lists are written last, so that an unfinished data set cannot be opened.
 * @throws ConfigError for an invalid option; MediaError if a file cannot be written.
 */
export async function writeSyntheticDataset(dir: string, options: WriteSyntheticOptions): Promise<void> {
  const { seed, train, test, scene, flow = false, textures, signal } = options;
  const series = (length: number, offset: number) =>
    createSyntheticDataset({ seed: seed + offset, length, scene, flow, t: 0.5, ...(textures && { textures }) });
  await writeSplit(dir, 'train', series(train, 0), 0, signal);
  await writeSplit(dir, 'test', series(test, 1), train, signal);
}
