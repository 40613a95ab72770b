import { once } from 'node:events';
import { type Frame, ShapeError } from '@vosvfi/core';
import { frameBytes } from '../image/frame-file.js';
import { findExecutable } from './executables.js';
import { type ProcessEnd, processError, processLines, type RunningProcess, startProcess } from './process.js';
import { rawPictures } from './reader.js';

/** Options of {@link filterFrames}. */
export interface FilterFramesOptions {
  readonly width: number;
  readonly height: number;
  /** Frames a second that the filter is told. */
  readonly frameRate: number;
  /** A chain of ffmpeg's filters, such as `hqdn3d`. Frames go in as 8-bit RGB and are brought back to it. */
  readonly filter: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends frames through ffmpeg's filters; as many come out as the filters make. Frames are asked for as ffmpeg takes them, and
 * leaving the loop early ends it. Runs on one thread, so that results are the same everywhere.
 * @throws ShapeError for a frame of another size; MediaError if ffmpeg fails; EnvironmentError without ffmpeg; whatever
 * reading the frames throws.
 */
export async function* filterFrames(
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  options: FilterFramesOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { width, height, frameRate, filter, signal } = options;
  const { path } = await findExecutable('ffmpeg');
  const args = ['-hide_banner', '-v', 'error', '-filter_threads', '1', '-threads', '1'];
  args.push('-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${width}x${height}`);
  args.push('-framerate', String(frameRate), '-i', 'pipe:0', '-vf', filter, '-threads', '1');
  args.push('-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1');
  const running = startProcess(path, args);
  const onAbort = () => running.child.kill('SIGKILL');
  signal?.addEventListener('abort', onAbort);
  let failure: unknown;
  const feeding = feed(running, frames, options).catch((error: unknown) => {
    failure = error;
    running.child.kill('SIGKILL');
  });
  try {
    const pictures = rawPictures(running, width * height * 3);
    for (;;) {
      const next = await pictures.next();
      if (next.done) {
        signal?.throwIfAborted();
        await feeding;
        if (failure !== undefined) throw failure;
        checkFilter(await running.ended, next.value, filter);
        return;
      }
      yield { data: next.value, width, height };
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await running.kill();
    await feeding;
  }
}

/**
 * The version that ffmpeg says it is, such as `5.1.9-0+deb12u1`; results of its filters depend on it.
 * @throws EnvironmentError without ffmpeg; MediaError if it does not run.
 */
export async function ffmpegVersion(): Promise<string> {
  const { path } = await findExecutable('ffmpeg');
  let version: string | undefined;
  const check = (end: ProcessEnd): void => {
    if (end.code !== 0) throw processError('ffmpeg', path, end);
  };
  for await (const line of processLines(path, ['-version'], check)) {
    version ??= /^ffmpeg version (\S+)/.exec(line)?.[1];
  }
  return version ?? 'unknown';
}

function checkFilter(end: ProcessEnd, rest: number, filter: string): void {
  if (end.code !== 0 || rest !== 0) throw processError('ffmpeg', `filter ${filter}`, end);
}

async function feed(
  { child, ended }: RunningProcess,
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  { width, height }: FilterFramesOptions,
): Promise<void> {
  const input = child.stdin!;
  // A broken pipe is reported by the process's end.
  input.on('error', () => {});
  const over = ended.then(() => false).catch(() => false);
  for await (const frame of frames) {
    if (frame.width !== width || frame.height !== height) {
      throw new ShapeError('frame for ffmpeg', `${width}x${height}`, `${frame.width}x${frame.height}`);
    }
    if (!input.writable) return;
    if (input.write(frameBytes(frame))) continue;
    const drained = once(input, 'drain').then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([drained, over]))) return;
  }
  input.end();
}
