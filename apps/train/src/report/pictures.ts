import { readFile, stat } from 'node:fs/promises';
import { fileAddress } from '@vosvfi/report';
import type { RunRecord } from './read-run.js';

/** Addresses of pictures that were read before, so that a report that is made again and again reads only new ones. */
export type PictureCache = Map<string, string>;

/** One fixed sample over a run. */
export interface SampleStory {
  readonly name: string;
  /** Step and `data:` address, steps ascending. */
  readonly pictures: readonly { readonly step: number; readonly address: string }[];
}

/** Steps of a run that are shown: a page must not grow with the run. */
const mostSteps = 16;

/** The pictures of a run by sample, of at most 16 of its validations, the first and the last among them. */
export async function sampleStories({ pictures }: RunRecord, cache: PictureCache): Promise<SampleStory[]> {
  const stories = new Map<string, { step: number; address: string }[]>();
  for (const { step, files } of spread(pictures, mostSteps)) {
    for (const [name, file] of files) {
      const story = stories.get(name) ?? [];
      stories.set(name, story);
      story.push({ step, address: await cachedAddress(file, cache) });
    }
  }
  return [...stories].map(([name, shown]) => ({ name, pictures: shown }));
}

async function cachedAddress(file: string, cache: PictureCache): Promise<string> {
  const key = `${file} ${(await stat(file)).mtimeMs}`;
  const address = cache.get(key) ?? (await fileAddress(await readFile(file)));
  cache.set(key, address);
  return address;
}

/** `count` entries at even distances, both ends included; all if there are no more. */
export function spread<T>(entries: readonly T[], count: number): T[] {
  if (entries.length <= count) return [...entries];
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (entries.length - 1)) / (count - 1)));
  return places.map((place) => entries[place] as T);
}
