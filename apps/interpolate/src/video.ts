import { resolve } from 'node:path';
import {
  ConfigError,
  type Frame,
  type Interpolator,
  type OnProgress,
  UnsupportedError,
  writeFolderAtomically,
} from '@vosvfi/core';
import {
  createVideo,
  defaultCutThreshold,
  describeFrame,
  formatRational,
  frameDifference,
  isHighDynamicRange,
  multiply,
  openVideo,
  rational,
  toNumber,
  type VideoInfo,
  type VideoReader,
  type VideoWriter,
} from '@vosvfi/data';
import { equalTimes, type InBetweenMethod, makeInBetween } from './in-between.js';
import { createMaskTrack, type MaskTrack, readVideoMasks, type VideoMasksOptions } from './mask-track.js';

/** What to show between two frames that belong to different shots. */
export type SceneCutPolicy = 'hold' | 'nearest' | 'interpolate';

/** Options of {@link interpolateVideo}. */
export interface VideoOptions {
  readonly input: string;
  /** The container by the extension; video is H.264. */
  readonly output: string;
  /** Opened once the input is known to be readable, disposed of at the end. */
  readonly openInterpolator: () => Promise<Interpolator>;
  /** How many times the frame rate is multiplied; 2 by default. */
  readonly factor?: number;
  readonly method?: InBetweenMethod;
  /** Between frames of different shots: the earlier frame (`hold`, default), the `nearest`, or no difference made. */
  readonly sceneCut?: SceneCutPolicy;
  /** Least difference of a cut, 0..1. */
  readonly cutThreshold?: number;
  /**
   * After the last frame: `end` (default) stops, so that n frames become factor (n - 1) + 1; `hold` shows it factor times,
   * so that the video lasts as long as its source.
   */
  readonly tail?: 'end' | 'hold';
  /** Copy the audio packets; true by default. */
  readonly audio?: boolean;
  /** See `VideoWriterOptions`. */
  readonly crf?: number;
  readonly preset?: string;
  /** Carry masks of objects to the new frame rate: one palette PNG file for each frame of the output. */
  readonly masks?: VideoMasksOptions;
  /** See `VideoReaderOptions`. */
  readonly damage?: 'error' | 'conceal';
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What {@link interpolateVideo} made. */
export interface VideoResult {
  readonly output: string;
  readonly model: string;
  readonly framesIn: number;
  readonly framesOut: number;
  /** As a fraction, such as `60000/1001`. */
  readonly frameRate: string;
  readonly width: number;
  readonly height: number;
  readonly audioStreams: number;
  /** Times of the first frames of new shots, seconds. */
  readonly cutsSeconds: readonly number[];
  /** Folder with the masks of all frames of the output. */
  readonly masks?: string;
}

function checkOptions({ input, output, cutThreshold = defaultCutThreshold }: VideoOptions): void {
  if (resolve(input) === resolve(output)) throw new ConfigError('output', `is the input, ${input}.`);
  if (!(cutThreshold >= 0 && cutThreshold <= 1)) {
    throw new ConfigError('cutThreshold', `expected 0 to 1, found ${cutThreshold}.`);
  }
}

function checkInput(info: VideoInfo, onProgress: OnProgress): void {
  const { file, timeline, colour, bitDepth } = info;
  if (!timeline.isConstant) {
    throw new UnsupportedError(`${file}: its frames are not evenly spaced in time (variable frame rate).`, {
      hint: 'Convert it to a constant rate first, such as by "ffmpeg -i IN -vsync cfr OUT".',
    });
  }
  if (isHighDynamicRange(colour)) {
    throw new UnsupportedError(`${file}: high dynamic range (${colour.transfer}) does not survive 8 bits a channel.`, {
      hint: 'Convert it to BT.709 first.',
    });
  }
  if (bitDepth > 8) onProgress({ type: 'warning', message: `${file}: ${bitDepth} bits a channel become 8.` });
}

/** Makes what lies between two neighbouring frames, or stands in for it at a cut. */
function createFiller(interpolator: Interpolator, options: VideoOptions) {
  const { factor = 2, method = 'auto', sceneCut = 'hold', cutThreshold = defaultCutThreshold } = options;
  const times = equalTimes(factor);
  const cutsSeconds: number[] = [];
  let described: { frame: Frame; signature: ReturnType<typeof describeFrame> } | undefined;
  const isCut = (frame0: Frame, frame1: Frame) => {
    const before = described?.frame === frame0 ? described.signature : describeFrame(frame0);
    described = { frame: frame1, signature: describeFrame(frame1) };
    return frameDifference(before, described.signature) >= cutThreshold;
  };
  const fill = async (frame0: Frame, frame1: Frame): Promise<readonly Frame[]> => {
    if (sceneCut === 'interpolate' || !isCut(frame0, frame1)) {
      return makeInBetween(interpolator, frame0, frame1, times, method);
    }
    cutsSeconds.push(frame1.timestampSeconds!);
    return times.map((time) => (sceneCut === 'nearest' && time >= 0.5 ? frame1 : frame0));
  };
  return { fill, cutsSeconds };
}

async function copyWithInBetween(
  frames: AsyncGenerator<Frame, void, undefined>,
  writer: VideoWriter,
  fill: (frame0: Frame, frame1: Frame) => Promise<readonly Frame[]>,
  onFrame: (frame: Frame, between: readonly Frame[]) => Promise<void>,
): Promise<Frame | undefined> {
  let previous: Frame | undefined;
  let upcoming = frames.next();
  for (;;) {
    const { value: frame, done } = await upcoming;
    if (done) return previous;
    // Read on while the network works; the loop throws the error, if any, when it comes to this frame.
    upcoming = frames.next();
    upcoming.catch(() => {});
    const between = previous === undefined ? [] : await fill(previous, frame);
    for (const made of between) await writer.write(made);
    await writer.write(frame);
    previous = frame;
    await onFrame(frame, between);
  }
}

/**
 * Multiplies the frame rate of a video. Source frames keep their times exactly, audio packets, chapters, title, colour
 * marks, pixel shape and displayed orientation are kept; frames stream, so that memory does not grow with the length.
 * @throws ConfigError for an invalid option; MediaError for a missing, damaged or truncated input; UnsupportedError for a
 * variable frame rate or high dynamic range. On any error, and when the signal aborts, no output file is left.
 */
export async function interpolateVideo(options: VideoOptions): Promise<VideoResult> {
  const { input, factor = 2, damage = 'error', masks, signal } = options;
  equalTimes(factor);
  checkOptions(options);
  const reader = await openVideo(input, { damage, ...(signal && { signal }) });
  checkInput(reader.info, options.onProgress ?? (() => {}));
  if (masks === undefined) return makeVideo(options, reader);
  const given = await readVideoMasks(masks, reader.info);
  const count = reader.info.timeline.ticks.length;
  const segmenter = await masks.openSegmenter();
  try {
    return await writeFolderAtomically(masks.output, (folder) =>
      makeVideo(options, reader, createMaskTrack(segmenter, given, count, folder)),
    );
  } finally {
    await segmenter.dispose();
  }
}

async function makeVideo(options: VideoOptions, reader: VideoReader, track?: MaskTrack): Promise<VideoResult> {
  const { output, factor = 2, tail = 'end', audio = true, onProgress, signal } = options;
  const { info } = reader;
  const interpolator = await options.openInterpolator();
  const frames = reader.frames();
  let writer: VideoWriter | undefined;
  try {
    const frameRate = multiply(info.timeline.frameRate, rational(factor));
    writer = await createVideo(output, {
      ...{ width: info.width, height: info.height, frameRate, colour: info.colour, pixelAspect: info.pixelAspect },
      source: audio ? info : { ...info, audio: [] },
      ...(options.crf !== undefined && { crf: options.crf }),
      ...(options.preset !== undefined && { preset: options.preset }),
      ...(signal && { signal }),
    });
    const { fill, cutsSeconds } = createFiller(interpolator, options);
    const total = info.timeline.ticks.length;
    let framesIn = 0;
    const last = await copyWithInBetween(frames, writer, fill, async (frame, between) => {
      await track?.add(frame, between);
      signal?.throwIfAborted();
      framesIn++;
      onProgress?.({ type: 'progress', stage: 'frames', done: framesIn, total });
    });
    if (tail === 'hold' && last) for (let k = 1; k < factor; k++) await writer.write(last);
    if (tail === 'hold') await track?.hold(factor - 1);
    await writer.finish();
    return {
      ...{ output, model: interpolator.id, framesIn, cutsSeconds, width: info.width, height: info.height },
      framesOut: factor * (framesIn - 1) + (tail === 'hold' ? factor : 1),
      frameRate: formatRational(frameRate),
      audioStreams: audio ? info.audio.length : 0,
      ...(options.masks && { masks: options.masks.output }),
    };
  } finally {
    await frames.return();
    await writer?.abort();
    await interpolator.dispose();
  }
}

/** Seconds a result lasts. */
export function resultSeconds({ framesOut, frameRate }: VideoResult): number {
  const [numerator, denominator] = frameRate.split('/');
  return framesOut / toNumber(rational(BigInt(numerator!), BigInt(denominator!)));
}
