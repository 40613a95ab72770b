import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { WeightMap } from '@vosvfi/core';
import { createLpips, type LpipsBackbone } from '@vosvfi/eval/learned';
import { loadWeights, saveWeights } from '@vosvfi/models/weights';
import { download } from './download.js';
import { type LpipsSources, lpipsSources } from './lpips-sources.js';

/** Options of {@link pullLpips}. */
export interface PullLpipsOptions {
  /** Where the files are; default the official addresses. */
  readonly sources?: LpipsSources;
  /** Called with each address before it is read. */
  readonly onDownload?: (url: string) => void;
}

/**
 * Gets the official files of LPIPS with one backbone and writes them as `lpips_{backbone}.safetensors` into a folder, as
 * metrics look for it.
 * @returns the path of the file.
 * @throws CheckpointError if a file cannot be had or is not the official one.
 */
export async function pullLpips(
  backbone: LpipsBackbone,
  folder: string,
  { sources = lpipsSources[backbone], onDownload = () => undefined }: PullLpipsOptions = {},
): Promise<string> {
  const { parameters } = createLpips({ backbone });
  const isHead = (key: string): boolean => key.startsWith('lin');
  const temporary = await mkdtemp(join(tmpdir(), 'vosvfi-pull-'));
  try {
    const part = async (file: LpipsSources['heads'], hasHeads: boolean): Promise<WeightMap> => {
      const path = join(temporary, basename(new URL(file.url).pathname));
      onDownload(file.url);
      await download(file, path);
      const wanted = parameters.filter(({ key }) => isHead(key) === hasHeads);
      // The trunks' classifiers are not compared.
      return loadWeights(path, wanted, { isPart: true });
    };
    const heads = await part(sources.heads, true);
    const trunk = await part(sources.trunk, false);
    const output = join(folder, `lpips_${backbone}.safetensors`);
    const source = `${sources.trunk.url} ${sources.heads.url}`;
    await saveWeights(output, new Map([...trunk, ...heads]), { source });
    return output;
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** The same files in a folder elsewhere. */
export function sourcesIn(address: string, { trunk, heads }: LpipsSources): LpipsSources {
  const moved = (file: LpipsSources['heads']) => {
    const folder = address.endsWith('/') ? address : `${address}/`;
    return { ...file, url: new URL(basename(new URL(file.url).pathname), folder).href };
  };
  return { trunk: moved(trunk), heads: moved(heads) };
}
