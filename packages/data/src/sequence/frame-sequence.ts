import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ConfigError, type Frame, MediaError } from '@vosvfi/core';
import { listImages, mediaFileError, readFrame, readSize } from '../image/frame-file.js';
import { readClip } from '../video/clip.js';
import type { VideoInfo } from '../video/probe.js';
import { openVideo, type VideoReader } from '../video/reader.js';
import { type IndexedVideo, indexVideos } from '../video/video-index.js';

/** Frames in order, of a video file or of a folder of pictures, that can be read from any place in both directions. */
export interface FrameSequence {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Names of the frames, without extension: of a folder, those of its pictures; of a video, `00000`, `00001`, ... */
  readonly names: readonly string[];
  /** Of a video file; undefined for a folder. */
  readonly info: VideoInfo | undefined;
  /**
   * Frames from number `first` to number `last`, both included; backward where `last` is before `first`.
   * @throws ConfigError for a number that is none of a frame; MediaError for damaged media, or a picture of another size;
   * for a video read backward also where its format does not allow exact seeking.
   */
  frames(first: number, last: number): AsyncGenerator<Frame, void, undefined>;
  /**
   * Makes sure that the sequence can be read backward.
   * @throws MediaError if it cannot.
   */
  checkBackward(): Promise<void>;
}

/** Options of {@link openFrameSequence}. */
export interface FrameSequenceOptions {
  /** See `VideoReaderOptions`; applies to reading forward. */
  readonly damage?: 'error' | 'conceal';
  readonly signal?: AbortSignal;
}

/** Bytes of the frames of a video that are held at a time when it is read backward. */
const HELD_BYTES = 64e6;

/** Name of frame `index` where frames have no names of their own. */
export function frameName(index: number): string {
  return String(index).padStart(5, '0');
}

/**
 * Opens a video file, or a folder whose pictures, in natural order of their names, are frames of one size.
 * @throws MediaError if it is missing, damaged or empty, or if two pictures differ only by extension; EnvironmentError
 * without ffmpeg for a video.
 */
export async function openFrameSequence(path: string, options: FrameSequenceOptions = {}): Promise<FrameSequence> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw mediaFileError(path, cause);
  });
  return facts.isDirectory() ? openFolder(path, options) : openFile(path, options);
}

function checkRange(path: string, count: number, ...numbers: readonly number[]): void {
  const wrong = numbers.find((number) => !(Number.isInteger(number) && number >= 0 && number < count));
  if (wrong === undefined) return;
  throw new ConfigError('frame', `${path} has ${count} frames, 0 to ${count - 1}; found ${wrong}.`);
}

async function openFolder(path: string, { signal }: FrameSequenceOptions): Promise<FrameSequence> {
  const files = await listImages(path);
  const names = files.map((file) => basename(file, extname(file)));
  const twin = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twin >= 0) throw new MediaError(files[twin]!, 'another picture of the folder has the same name.');
  const { width, height } = await readSize(files[0]!);
  async function* frames(first: number, last: number): AsyncGenerator<Frame, void, undefined> {
    checkRange(path, files.length, first, last);
    const step = last < first ? -1 : 1;
    for (let index = first; index !== last + step; index += step) {
      signal?.throwIfAborted();
      const frame = await readFrame(files[index]!);
      if (frame.width !== width || frame.height !== height) {
        const expected = `expected ${width} x ${height} as ${basename(files[0]!)} has`;
        throw new MediaError(files[index]!, `${expected}, found ${frame.width} x ${frame.height}.`);
      }
      yield frame;
    }
  }
  const info = undefined;
  return { path, width, height, count: files.length, names, info, frames, checkBackward: async () => {} };
}

async function openFile(path: string, options: FrameSequenceOptions): Promise<FrameSequence> {
  const reader = await openVideo(path, options);
  const { info } = reader;
  const { width, height } = info;
  const count = info.timeline.ticks.length;
  let indexed: Promise<IndexedVideo> | undefined;
  const index = () => {
    indexed ??= indexVideos([path]).then(([video]) => video!);
    return indexed;
  };
  async function* frames(first: number, last: number): AsyncGenerator<Frame, void, undefined> {
    checkRange(path, count, first, last);
    yield* last < first ? backward(await index(), first, last, options) : forward(reader, first, last);
  }
  const names = Array.from({ length: count }, (_, i) => frameName(i));
  const checkBackward = async () => void (await index());
  return { path, width, height, count, names, info, frames, checkBackward };
}

async function* forward(reader: VideoReader, first: number, last: number): AsyncGenerator<Frame, void, undefined> {
  let number = 0;
  for await (const frame of reader.frames()) {
    if (number >= first) yield frame;
    // The last frame of all is read to the end of the stream, so that damage there is found.
    if (number === last && last < reader.info.timeline.ticks.length - 1) return;
    number++;
  }
}

async function* backward(
  video: IndexedVideo,
  first: number,
  last: number,
  { signal }: FrameSequenceOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { width, height } = video;
  const most = Math.max(1, Math.floor(HELD_BYTES / (width * height * 3)));
  for (let end = first; end >= last; end -= most) {
    const start = Math.max(last, end - most + 1);
    const place = { first: start, count: end - start + 1, left: 0, top: 0, width, height, size: { width, height } };
    for (const frame of (await readClip(video, place)).reverse()) {
      signal?.throwIfAborted();
      yield frame;
    }
  }
}
