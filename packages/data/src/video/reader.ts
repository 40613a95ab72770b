import { type Frame, MediaError } from '@vosvfi/core';
import { decodeFilter } from './colour.js';
import { findExecutable } from './executables.js';
import { passthroughArguments } from './options.js';
import { fileArgument, probeVideo, type VideoInfo } from './probe.js';
import { lastMessage, processError, processLines, type RunningProcess, startProcess } from './process.js';
import { toNumber } from './rational.js';
import { reducedSize } from './reduced-size.js';

/** Options of {@link openVideo}. */
export interface VideoReaderOptions {
  /**
   * What to do with pictures that decode with errors: `error` (default) ends reading with a MediaError, `conceal` keeps
   * what the decoder makes of them.
   */
  readonly damage?: 'error' | 'conceal';
  /** Pixels that the longer side of a frame may have; larger ones are scaled down as they are decoded. */
  readonly longestSide?: number;
  /** Ends reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A video file whose frames can be read in order, any number of times. */
export interface VideoReader {
  readonly info: VideoInfo;
  /**
   * All frames, in order of presentation, upright, 8-bit, each with its exact time. Frames are decoded as they are asked
   * for; leaving the loop early ends the decoder.
   * @throws MediaError if the stream is damaged.
   */
  frames(): AsyncGenerator<Frame, void, undefined>;
}

/** Presentation times of the frames that decoding yields, in ticks; `undefined` for a frame without one. */
async function* decodedTicks(info: VideoInfo): AsyncGenerator<number | undefined, void, undefined> {
  const { path } = await findExecutable('ffprobe');
  const args = ['-v', 'error', '-select_streams', String(info.streamIndex)];
  args.push('-show_entries', 'frame=best_effort_timestamp', '-of', 'csv=p=0', fileArgument(info.file));
  const lines = processLines(path, args, (end) => {
    if (end.code !== 0) throw processError('ffprobe', info.file, end);
  });
  for await (const line of lines) {
    // Side data of a frame may print lines of their own and add commas.
    const [tick] = line.split(',');
    if (tick === 'N/A') yield undefined;
    else if (tick !== undefined && /^-?\d+$/.test(tick)) yield Number(tick);
  }
}

/** Raw pictures of a fixed number of bytes; returns the number of bytes left over. */
export async function* rawPictures(
  running: RunningProcess,
  size: number,
): AsyncGenerator<Uint8Array, number, undefined> {
  let picture = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of running.child.stdout!) {
    const bytes: Uint8Array = chunk;
    let used = 0;
    while (used < bytes.length) {
      const part = bytes.subarray(used, used + size - filled);
      picture.set(part, filled);
      filled += part.length;
      used += part.length;
      if (filled === size) {
        yield picture;
        picture = new Uint8Array(size);
        filled = 0;
      }
    }
  }
  return filled;
}

/** Messages that speak of writing the raw pictures, not of the file. */
const harmless = /non[- ]monoton|deprecated pixel format|Application provided/i;

/** @throws MediaError if decoding failed, or complained and `damage` is `error`. */
export function checkEnd(
  info: Pick<VideoInfo, 'file'>,
  end: { code: number | null; log: string },
  rest: number,
  damage: 'error' | 'conceal',
): void {
  if (end.code !== 0 || rest !== 0) throw processError('ffmpeg', info.file, end);
  const complaints = end.log.split('\n').filter((line) => line.trim() !== '' && !harmless.test(line));
  if (damage === 'conceal' || complaints.length === 0) return;
  throw new MediaError(info.file, `is damaged: ${lastMessage(complaints[0]!, info.file)}.`, {
    hint: 'To accept what the decoder makes of it, read with damage: conceal.',
    cause: new Error(end.log),
  });
}

async function* readFrames(info: VideoInfo, options: VideoReaderOptions): AsyncGenerator<Frame, void, undefined> {
  const { damage = 'error', longestSide = Infinity, signal } = options;
  const { width, height } = reducedSize(info, longestSide);
  const size = width === info.width && height === info.height ? undefined : { width, height };
  signal?.throwIfAborted();
  const { path } = await findExecutable('ffmpeg');
  const args = ['-hide_banner', '-nostdin', '-v', 'error', '-i', fileArgument(info.file)];
  args.push('-map', `0:${info.streamIndex}`, '-vf', decodeFilter(info, size), ...(await passthroughArguments(path)));
  args.push('-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1');
  const running = startProcess(path, args);
  const onAbort = () => running.child.kill('SIGKILL');
  signal?.addEventListener('abort', onAbort);
  const times = decodedTicks(info);
  const { timeline } = info;
  const tickSeconds = toNumber(timeline.timeBase);
  const frameSeconds = 1 / toNumber(timeline.frameRate);
  try {
    running.child.stdin!.end();
    const pictures = rawPictures(running, width * height * 3);
    let previous = -frameSeconds;
    for (;;) {
      const next = await pictures.next();
      if (next.done) {
        signal?.throwIfAborted();
        checkEnd(info, await running.ended, next.value, damage);
        break;
      }
      const tick = await times.next();
      if (tick.done) throw new MediaError(info.file, 'ffprobe finds fewer frames in it than ffmpeg: it is damaged.');
      const timestampSeconds = tick.value === undefined ? previous + frameSeconds : tick.value * tickSeconds;
      previous = timestampSeconds;
      yield { data: next.value, width, height, timestampSeconds };
      signal?.throwIfAborted();
    }
    if (!(await times.next()).done) {
      throw new MediaError(info.file, 'ffmpeg finds fewer frames in it than ffprobe: it is damaged.');
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await running.kill();
    await times.return();
  }
}

/**
 * Opens a video file. Colours are converted by the matrix and range that the file states; where it states none, BT.709
 * is assumed from 720 lines on and BT.601 below, limited range.
 * @throws MediaError if the file is missing, damaged, truncated or holds no video; EnvironmentError without ffmpeg.
 */
export async function openVideo(file: string, options: VideoReaderOptions = {}): Promise<VideoReader> {
  const info = await probeVideo(file);
  return { info, frames: () => readFrames(info, options) };
}
