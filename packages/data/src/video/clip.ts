import type { Frame } from '@vosvfi/core';
import { MediaError } from '@vosvfi/core';
import { decodeFilter } from './colour.js';
import { findExecutable } from './executables.js';
import { passthroughArguments } from './options.js';
import { fileArgument } from './probe.js';
import { startProcess } from './process.js';
import { checkEnd, rawPictures } from './reader.js';
import type { IndexedVideo } from './video-index.js';

/** A part of a video: consecutive frames, a window of each, perhaps made smaller. */
export interface ClipPlace {
  /** Number of the first frame. */
  readonly first: number;
  readonly count: number;
  /** Window in the video's pixels; even numbers, because chroma samples are shared by 2 x 2 pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** What the window is resized to. */
  readonly size: { readonly width: number; readonly height: number };
}

/** Seconds to seek to for a frame: between it and the one before, so that rounding decides nothing. */
function seekSeconds({ ticks, tickSeconds, startSeconds }: IndexedVideo, frame: number): number {
  if (frame === 0) return 0;
  const middle = (ticks[frame - 1]! + ticks[frame]!) / 2;
  return startSeconds + (middle - ticks[0]!) * tickSeconds;
}

/**
 * Decodes a part of a video, from the key frame before it on, in a process of its own.
 * @throws MediaError if the video is damaged there or shorter than its index says.
 */
export async function readClip(video: IndexedVideo, place: ClipPlace): Promise<Frame[]> {
  const { path } = await findExecutable('ffmpeg');
  const { first, count, left, top, width, height, size } = place;
  const args = ['-hide_banner', '-nostdin', '-v', 'error', '-threads', '1'];
  if (first > 0) args.push('-ss', seekSeconds(video, first).toFixed(6));
  args.push('-i', fileArgument(video.file), '-map', `0:${video.streamIndex}`);
  const isWhole = width === video.width && height === video.height;
  const cut = isWhole ? '' : `crop=${width}:${height}:${left}:${top},`;
  const isSameSize = size.width === width && size.height === height;
  args.push('-vf', cut + decodeFilter(video, isSameSize ? undefined : size), ...(await passthroughArguments(path)));
  args.push('-frames:v', String(count), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1');
  const running = startProcess(path, args);
  const frames: Frame[] = [];
  try {
    running.child.stdin!.end();
    const pictures = rawPictures(running, size.width * size.height * 3);
    for (;;) {
      const next = await pictures.next();
      if (next.done) {
        checkEnd(video, await running.ended, next.value, 'error');
        break;
      }
      frames.push({ data: next.value, ...size });
    }
  } finally {
    await running.kill();
  }
  if (frames.length === count) return frames;
  throw new MediaError(video.file, `expected ${count} frames from frame ${first} on, found ${frames.length}.`);
}
