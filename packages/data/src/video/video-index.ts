import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { MediaError, writeFileAtomically } from '@vosvfi/core';
import { z } from 'zod';
import { compareNatural, mediaFileError } from '../image/frame-file.js';
import { probeVideo, type VideoInfo } from './probe.js';
import { toNumber } from './rational.js';

/** Extensions of the files that {@link listVideos} lists, lower case: those of formats in which one can seek exactly. */
export const videoExtensions: readonly string[] = ['.mp4', '.m4v', '.mov', '.mkv', '.webm'];

/** What must be known of a video to decode any part of it: plain data. */
export interface IndexedVideo
  extends Pick<VideoInfo, 'file' | 'streamIndex' | 'pixelFormat' | 'colour' | 'width' | 'height' | 'startSeconds'> {
  /** Presentation times of the frames, in order. */
  readonly ticks: Float64Array;
  readonly tickSeconds: number;
}

async function collect(folder: string, found: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await collect(path, found);
    else if (videoExtensions.includes(extname(entry.name).toLowerCase())) found.push(path);
  }
}

/**
 * Paths of the videos in a folder and in folders below it, in natural order; hidden files are left out.
 * @throws MediaError if the folder is missing or holds no video.
 */
export async function listVideos(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    await collect(folder, found);
  } catch (cause) {
    throw new MediaError(folder, 'no such folder, or it cannot be read.', { cause });
  }
  if (found.length === 0) {
    throw new MediaError(folder, `holds no videos (${videoExtensions.join(', ')}), nor do the folders below it.`);
  }
  return found.sort(compareNatural);
}

const text = z.string().optional();
const entrySchema = z.object({
  size: z.number(),
  modified: z.number(),
  streamIndex: z.int(),
  pixelFormat: z.string(),
  colour: z.object({ matrix: text, range: z.enum(['tv', 'pc']).optional(), primaries: text, transfer: text }),
  width: z.int(),
  height: z.int(),
  startSeconds: z.number(),
  ticks: z.array(z.number()),
  tickSeconds: z.number(),
});
const cacheSchema = z.object({ version: z.literal(1), videos: z.record(z.string(), entrySchema) });
type Cache = z.output<typeof cacheSchema>;
type Entry = z.output<typeof entrySchema>;

async function readCache(file: string): Promise<Cache> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch {
    return { version: 1, videos: {} };
  }
  try {
    return cacheSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new MediaError(file, 'is no index of videos that this version writes.', {
      hint: 'Remove it, or name another file.',
      cause,
    });
  }
}

async function probe(file: string, facts: { size: number; mtimeMs: number }): Promise<Entry> {
  const { streamIndex, pixelFormat, colour, width, height, startSeconds, timeline } = await probeVideo(file);
  return {
    ...{ size: facts.size, modified: facts.mtimeMs },
    ...{ streamIndex, pixelFormat, colour, width, height, startSeconds },
    ticks: [...timeline.ticks],
    tickSeconds: toNumber(timeline.timeBase),
  };
}

function toVideo(file: string, { ticks, colour, ...entry }: Entry): IndexedVideo {
  const { streamIndex, pixelFormat, width, height, startSeconds, tickSeconds } = entry;
  const { matrix, range, primaries, transfer } = colour;
  return {
    ...{ file, streamIndex, pixelFormat, width, height, startSeconds, tickSeconds },
    colour: { matrix, range, primaries, transfer },
    ticks: Float64Array.from(ticks),
  };
}

/**
 * Reads the times of all frames of videos, or takes them from a file of an earlier call, for videos whose size and date
 * have not changed since.
 * @param cache JSON file that is read, if it exists, and written, if there is something new.
 * @param onBroken hears of videos that cannot be used, which are left out; without it they are errors.
 * @throws MediaError for a video that cannot be used, or a cache that is none; EnvironmentError without ffprobe.
 */
export async function indexVideos(
  files: readonly string[],
  { cache, onBroken }: { cache?: string; onBroken?: (error: MediaError) => void } = {},
): Promise<IndexedVideo[]> {
  const known = cache === undefined ? { version: 1 as const, videos: {} } : await readCache(cache);
  const videos: IndexedVideo[] = [];
  let isNew = false;
  for (const file of files) {
    try {
      if (!videoExtensions.includes(extname(file).toLowerCase())) {
        throw new MediaError(file, `expected a video in which one can seek exactly (${videoExtensions.join(', ')}).`, {
          hint: 'Convert it first: ffmpeg -i FILE -crf 12 NAME.mp4.',
        });
      }
      const facts = await stat(file).catch((cause: unknown) => {
        throw mediaFileError(file, cause);
      });
      let entry = known.videos[file];
      if (entry?.size !== facts.size || entry.modified !== facts.mtimeMs) {
        entry = await probe(file, facts);
        known.videos[file] = entry;
        isNew = true;
      }
      videos.push(toVideo(file, entry));
    } catch (error) {
      if (onBroken === undefined || !MediaError.isInstance(error)) throw error;
      onBroken(error);
    }
  }
  if (cache !== undefined && isNew) await writeFileAtomically(cache, JSON.stringify(known));
  return videos;
}
