import { type Frame, type OnProgress, UnsupportedError } from '@vosvfi/core';
import {
  createVideo,
  drawMask,
  type FrameSequence,
  isHighDynamicRange,
  type Rational,
  rational,
  readMask,
} from '@vosvfi/data';

/** Where and how to show masks over their frames. */
export interface OverlayOptions {
  /** Video to write; the container by the extension, video is H.264. */
  readonly file: string;
  /** Frames a second, for a folder of pictures; 24 by default. A video file keeps its own. */
  readonly frameRate?: Rational;
  /** Copy the audio packets of a video file; true by default. */
  readonly audio?: boolean;
  /** See `VideoWriterOptions`. */
  readonly crf?: number;
  readonly preset?: string;
}

const usualRate = rational(24);

/**
 * Makes sure that a video with masks over the frames can be written.
 * @throws UnsupportedError for a variable frame rate or high dynamic range.
 */
export function checkOverlay({ info }: Pick<FrameSequence, 'info'>): void {
  if (info === undefined) return;
  const hint = 'Leave the overlay out; the masks can be had.';
  if (!info.timeline.isConstant) {
    throw new UnsupportedError(`overlay: ${info.file} has a variable frame rate, which cannot be written.`, { hint });
  }
  if (isHighDynamicRange(info.colour)) {
    throw new UnsupportedError(`overlay: high dynamic range (${info.colour.transfer}) does not survive 8 bits.`, {
      hint,
    });
  }
}

/**
 * Writes a video of the frames with their masks over them in the colours of the DAVIS table, half transparent with a
 * contour. Frame rate, colour marks, pixel shape, audio packets, chapters and title of a video file are kept.
 * @throws MediaError if a mask is missing or damaged. On any error, and when the signal aborts, no file is left.
 */
export async function writeOverlay(
  sequence: FrameSequence,
  maskOf: (frame: number) => string,
  options: OverlayOptions & { readonly onProgress?: OnProgress; readonly signal?: AbortSignal },
): Promise<void> {
  const { file, frameRate = usualRate, audio = true, crf, preset, onProgress, signal } = options;
  const { width, height, count, info } = sequence;
  checkOverlay(sequence);
  const writer = await createVideo(file, {
    ...{ width, height },
    frameRate: info?.timeline.frameRate ?? frameRate,
    ...(info && { colour: info.colour, pixelAspect: info.pixelAspect, source: audio ? info : { ...info, audio: [] } }),
    ...(crf !== undefined && { crf }),
    ...(preset !== undefined && { preset }),
    ...(signal && { signal }),
  });
  try {
    let index = 0;
    for await (const frame of sequence.frames(0, count - 1)) {
      const drawn: Frame = drawMask(frame, await readMask(maskOf(index++), { grey: 'labels' }));
      await writer.write(drawn);
      onProgress?.({ type: 'progress', stage: 'overlay', done: index, total: count });
    }
    await writer.finish();
  } finally {
    await writer.abort();
  }
}
