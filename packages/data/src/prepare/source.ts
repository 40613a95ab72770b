import { stat } from 'node:fs/promises';
import { type Frame, MediaError, UnsupportedError } from '@vosvfi/core';
import { listImages, readFrame } from '../image/frame-file.js';
import { isHighDynamicRange } from '../video/colour.js';
import { formatRational, multiply, type Rational, rational, toNumber } from '../video/rational.js';
import { openVideo } from '../video/reader.js';
import type { SourceShape } from './geometry.js';
import type { SourceInput } from './inputs.js';

/** Tells a source from a later one of the same name. */
export interface SourceIdentity {
  readonly bytes: number;
  /** Time of the last change, ISO 8601. */
  readonly modified: string;
}

/** A frame of a source with its place in time. */
export interface SourceFrame {
  readonly frame: Frame;
  readonly index: number;
  /** Exact seconds; absent for pictures, which have no time. */
  readonly seconds?: Rational;
  /** Place in time for comparisons: seconds, or the index of pictures. */
  readonly place: number;
}

/** A video, or a folder of pictures, that is read frame by frame. */
export interface FrameSource extends SourceShape {
  readonly input: SourceInput;
  /** Frames that the file lists. */
  readonly length: number;
  /** Usual distance of neighbouring frames in the unit of `SourceFrame.place`. */
  readonly spacing: number;
  frames(): AsyncGenerator<SourceFrame, void, undefined>;
}

/** Size and time of change of the file; for a folder of pictures of all of them together. */
export async function identifySource({ kind, path }: SourceInput): Promise<SourceIdentity> {
  const files = kind === 'video' ? [path] : await listImages(path);
  let [bytes, modified] = [0, 0];
  for (const file of files) {
    const { size, mtimeMs } = await stat(file);
    bytes += size;
    modified = Math.max(modified, mtimeMs);
  }
  return { bytes, modified: new Date(modified).toISOString() };
}

/** Options of {@link openSource}. */
export interface SourceOptions {
  /** As in `VideoReaderOptions`. */
  readonly damage: 'error' | 'conceal';
  readonly signal?: AbortSignal;
}

async function openVideoSource(input: SourceInput, options: SourceOptions): Promise<FrameSource> {
  const reader = await openVideo(input.path, options);
  const { timeline, width, height, pixelAspect, colour } = reader.info;
  if (isHighDynamicRange(colour)) {
    throw new UnsupportedError(
      `${input.path}: high dynamic range (${colour.transfer}) does not survive 8 bits a channel.`,
      { hint: 'Convert it to BT.709 first.' },
    );
  }
  const tick = toNumber(timeline.timeBase);
  return {
    ...{ input, width, height, pixelAspect, length: timeline.ticks.length, spacing: 1 / toNumber(timeline.frameRate) },
    async *frames() {
      let index = 0;
      for await (const frame of reader.frames()) {
        // The reader's seconds are ticks times the time base: the tick, and with it the exact time, comes back.
        const seconds = multiply(rational(Math.round(frame.timestampSeconds! / tick)), timeline.timeBase);
        yield { frame, index: index++, seconds, place: toNumber(seconds) };
      }
    },
  };
}

async function openPictures(input: SourceInput, { signal }: SourceOptions): Promise<FrameSource> {
  const files = await listImages(input.path);
  const { width, height } = await readFrame(files[0]!);
  return {
    ...{ input, width, height, pixelAspect: rational(1), length: files.length, spacing: 1 },
    async *frames() {
      for (const [index, file] of files.entries()) {
        signal?.throwIfAborted();
        const frame = await readFrame(file);
        if (frame.width !== width || frame.height !== height) {
          throw new MediaError(
            file,
            `expected ${width} x ${height} as the first picture has, found ${frame.width} x ${frame.height}.`,
          );
        }
        yield { frame, index, place: index };
      }
    },
  };
}

/**
 * Opens a video or a folder of pictures.
 * @throws MediaError if it is missing, damaged or holds no video; UnsupportedError for high dynamic range.
 */
export async function openSource(input: SourceInput, options: SourceOptions): Promise<FrameSource> {
  return input.kind === 'video' ? openVideoSource(input, options) : openPictures(input, options);
}

/** A time for the manifest, such as `1001/30000`. */
export function formatTime({ seconds }: SourceFrame): string | null {
  return seconds === undefined ? null : formatRational(seconds);
}
