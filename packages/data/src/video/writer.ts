import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, type Frame, MediaError, ShapeError, temporaryPath } from '@vosvfi/core';
import { frameBytes } from '../image/frame-file.js';
import { encodeColourArguments, encodeFilter } from './colour.js';
import { findExecutable } from './executables.js';
import { passthroughArguments } from './options.js';
import { fileArgument, type VideoColour, type VideoInfo } from './probe.js';
import { processError, type RunningProcess, startProcess } from './process.js';
import { formatRational, type Rational, rational, toNumber } from './rational.js';

/** Options of {@link createVideo}. */
export interface VideoWriterOptions {
  readonly width: number;
  readonly height: number;
  /** Frames a second, exact. */
  readonly frameRate: Rational;
  /** Quality of x264: 0 is lossless but for the conversion to YUV, 51 is worst; 18 by default. */
  readonly crf?: number;
  /** Speed of x264, from `ultrafast` to `veryslow`; `medium` by default. */
  readonly preset?: string;
  /** How colours are written and marked; unmarked, limited range by default. */
  readonly colour?: VideoColour;
  /** Shape of a pixel; square by default. */
  readonly pixelAspect?: Rational;
  /** A file whose audio (packets as they are), chapters and title go into the video, in step with it to within half a frame. */
  readonly source?: VideoInfo;
  /** Ends writing; the unfinished file is removed. */
  readonly signal?: AbortSignal;
}

/** A video file being written. Its name appears when it is finished. */
export interface VideoWriter {
  /** Waits until the encoder can take more. @throws ShapeError for another size; MediaError if the encoder has failed. */
  write(frame: Frame): Promise<void>;
  /** Waits for the encoder and gives the file its name. @throws MediaError; the unfinished file is removed. */
  finish(): Promise<void>;
  /** Gives up and removes the unfinished file. Does nothing after `finish`. */
  abort(): Promise<void>;
}

const unmarked: VideoColour = { matrix: undefined, range: 'tv', primaries: undefined, transfer: undefined };

function inputArguments({ width, height, frameRate, source }: VideoWriterOptions): string[] {
  const args = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${width}x${height}`];
  // As -r and not -framerate: from the latter ffmpeg only guesses a rate, and takes 120000/1001 for 120.
  args.push('-r', formatRational(frameRate), '-i', 'pipe:0', ...(source ? ['-i', fileArgument(source.file)] : []));
  args.push('-map', '0:v:0');
  // Written out: unlike "1:a?" it fails if the source has changed meanwhile.
  source?.audio.forEach((_, k) => {
    args.push('-map', `1:a:${k}`);
  });
  if (source) args.push('-map_metadata', '1', '-map_chapters', '1');
  return args;
}

function encoderArguments(options: VideoWriterOptions): string[] {
  const { width, height, crf = 18, preset = 'medium', colour = unmarked, pixelAspect = rational(1), source } = options;
  // Chroma of half the size needs even sizes.
  const pixelFormat = width % 2 === 0 && height % 2 === 0 ? 'yuv420p' : 'yuv444p';
  // Where the source's picture begins after its sound; ffmpeg rounds it to a frame.
  const delay = source && source.startSeconds > 0 ? `setpts=PTS+${source.startSeconds}/TB,` : '';
  const filter = `${delay}${encodeFilter(colour, { width, height }, pixelFormat)},setsar=${formatRational(pixelAspect)}`;
  const video = ['-c:v', 'libx264', '-preset', preset, '-crf', String(crf), '-pix_fmt', pixelFormat];
  return ['-vf', filter, ...video, ...encodeColourArguments(colour), '-c:a', 'copy', '-max_muxing_queue_size', '4096'];
}

function checkOptions({ width, height, frameRate, crf = 18 }: VideoWriterOptions): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new ConfigError('video.width, video.height', `expected positive integers, found ${width} and ${height}.`);
  }
  if (!(toNumber(frameRate) > 0)) {
    throw new ConfigError('video.frameRate', `expected more than 0, found ${formatRational(frameRate)}.`);
  }
  if (!(crf >= 0 && crf <= 51)) throw new ConfigError('video.crf', `expected 0 to 51, found ${crf}.`);
}

class FfmpegWriter implements VideoWriter {
  readonly #file: string;
  readonly #temporary: string;
  readonly #options: VideoWriterOptions;
  readonly #running: RunningProcess;
  #isOver = false;
  #removal: Promise<void> | undefined;

  constructor(file: string, temporary: string, options: VideoWriterOptions, running: RunningProcess) {
    this.#file = file;
    this.#temporary = temporary;
    this.#options = options;
    this.#running = running;
    // A broken pipe is reported by the process's end.
    running.child.stdin!.on('error', () => {});
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = () => {
    void this.abort();
  };

  async write(frame: Frame): Promise<void> {
    const { width, height } = this.#options;
    await this.#throwIfAborted();
    if (frame.width !== width || frame.height !== height) {
      throw new ShapeError(`frame for ${this.#file}`, `${width} x ${height}`, `${frame.width} x ${frame.height}`);
    }
    const { child, ended } = this.#running;
    if (this.#isOver) throw new MediaError(this.#file, 'the video is finished; no frame can be added.');
    if (child.exitCode === null && child.signalCode === null && child.stdin!.writable) {
      if (child.stdin!.write(frameBytes(frame))) return;
      const drained = once(child.stdin!, 'drain').then(
        () => true,
        () => false,
      );
      if (await Promise.race([drained, ended.then(() => false)])) return;
    }
    await this.#fail();
  }

  async finish(): Promise<void> {
    await this.#throwIfAborted();
    if (this.#isOver) throw new MediaError(this.#file, 'the video is finished already.');
    this.#running.child.stdin!.end();
    const { code } = await this.#running.ended;
    if (code !== 0) await this.#fail();
    await this.#throwIfAborted();
    this.#close();
    await rename(this.#temporary, this.#file);
  }

  async abort(): Promise<void> {
    if (!this.#isOver) {
      this.#close();
      this.#removal = this.#running.kill().then(() => rm(this.#temporary, { force: true }));
    }
    await this.#removal;
  }

  /** @throws the signal's reason, once nothing is left of the file. */
  async #throwIfAborted(): Promise<void> {
    if (!this.#options.signal?.aborted) return;
    await this.abort();
    this.#options.signal.throwIfAborted();
  }

  #close(): void {
    this.#isOver = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  async #fail(): Promise<never> {
    const end = await this.#running.ended;
    await this.abort();
    await this.#throwIfAborted();
    throw processError('ffmpeg', this.#file, end);
  }
}

/**
 * Starts a video file: H.264, 4:2:0 (4:4:4 if a side is odd), the container by the file's extension; constant frame rate.
 * @throws ConfigError for an invalid option; EnvironmentError without ffmpeg.
 */
export async function createVideo(file: string, options: VideoWriterOptions): Promise<VideoWriter> {
  checkOptions(options);
  options.signal?.throwIfAborted();
  const { path } = await findExecutable('ffmpeg');
  await mkdir(dirname(file), { recursive: true });
  const temporary = temporaryPath(file);
  const args = ['-hide_banner', '-v', 'error', '-y', ...inputArguments(options), ...encoderArguments(options)];
  if (/\.(mp4|mov|m4v)$/i.test(file)) args.push('-movflags', '+faststart');
  args.push(...(await passthroughArguments(path)), fileArgument(temporary));
  return new FfmpegWriter(file, temporary, options, startProcess(path, args));
}
