import { access } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';
import { z } from 'zod';
import { mediaFileError } from '../image/frame-file.js';
import { findExecutable } from './executables.js';
import { processError, processLines } from './process.js';
import { multiply, parseRational, type Rational, rational } from './rational.js';
import { readTimeline, type Timeline } from './timeline.js';

/** How code values mean colours, in ffmpeg's words; `undefined` where the file does not say. */
export interface VideoColour {
  /** Luma and chroma from RGB, such as `bt709`, `smpte170m`. */
  readonly matrix: string | undefined;
  /** `tv`: luma 16..235; `pc`: 0..255. */
  readonly range: 'tv' | 'pc' | undefined;
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
}

/** An audio stream. */
export interface AudioStream {
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
}

/** What is known of a video file's first video stream before a frame is decoded. */
export interface VideoInfo {
  readonly file: string;
  /** Index of the stream in the file. */
  readonly streamIndex: number;
  readonly codec: string;
  /** ffmpeg's name of the samples' layout, such as `yuv420p`. */
  readonly pixelFormat: string;
  readonly bitDepth: number;
  /** Size as displayed, that is after rotation. */
  readonly width: number;
  readonly height: number;
  /** Degrees by which the stored picture is turned for display: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Shape of a displayed pixel, width to height; 1 where the file does not say. */
  readonly pixelAspect: Rational;
  readonly colour: VideoColour;
  readonly timeline: Timeline;
  /** Seconds from the start of the file, which other streams may define, to the first frame. */
  readonly startSeconds: number;
  readonly audio: readonly AudioStream[];
}

const text = z.string().optional();
const streamSchema = z.object({
  index: z.int(),
  codec_type: text,
  codec_name: text,
  width: z.int().optional(),
  height: z.int().optional(),
  pix_fmt: text,
  bits_per_raw_sample: text,
  sample_aspect_ratio: text,
  color_range: text,
  color_space: text,
  color_primaries: text,
  color_transfer: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  time_base: text,
  start_time: text,
  nb_frames: text,
  channels: z.int().optional(),
  sample_rate: text,
  disposition: z.record(z.string(), z.number()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).optional(),
});
const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ start_time: text, duration: text }).default({}),
});
type Stream = z.output<typeof streamSchema>;

/** ffmpeg's name for a file: with the protocol in front, no character of the name is special. */
export function fileArgument(file: string): string {
  return `file:${file}`;
}

async function readStreams(file: string) {
  const { path } = await findExecutable('ffprobe');
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', fileArgument(file)];
  let json = '';
  const lines = processLines(path, args, (end) => {
    if (end.code === 0) return;
    throw new MediaError(file, `is damaged, truncated or not a video (${processError('ffprobe', file, end).message}).`);
  });
  for await (const line of lines) json += line;
  const parsed = probeSchema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new MediaError(file, `ffprobe describes it in an unknown way (${z.prettifyError(parsed.error)}).`);
}

function rotationOf(stream: Stream): number {
  const listed = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const degrees = listed ?? -Number(stream.tags?.rotate ?? 0);
  // ffprobe counts anticlockwise.
  return (((Math.round(-degrees / 90) * 90) % 360) + 360) % 360;
}

const known = (value: string | undefined) =>
  value === undefined || value === 'unknown' || value === 'reserved' ? undefined : value;

function pixelAspectOf(stream: Stream, isTurned: boolean): Rational {
  const given = stream.sample_aspect_ratio;
  if (given === undefined || given === 'N/A' || given.startsWith('0')) return rational(1);
  const aspect = parseRational(given);
  return isTurned ? rational(aspect.denominator, aspect.numerator) : aspect;
}

function colourOf(stream: Stream): VideoColour {
  const { color_range: range } = stream;
  return {
    matrix: known(stream.color_space),
    range: range === 'tv' || range === 'pc' ? range : undefined,
    primaries: known(stream.color_primaries),
    transfer: known(stream.color_transfer),
  };
}

const frameRateOf = (value: string | undefined) =>
  value === undefined || !/^[1-9]\d*\/[1-9]\d*$/.test(value) ? undefined : parseRational(value);

/**
 * Reads what a video file says of itself, and the times of all its frames (from the packets; nothing is decoded).
 * @throws MediaError if the file is missing, damaged, truncated or holds no video; EnvironmentError without ffprobe.
 */
export async function probeVideo(file: string): Promise<VideoInfo> {
  await access(file).catch((cause: unknown) => {
    throw mediaFileError(file, cause);
  });
  const { streams, format } = await readStreams(file);
  const stream = streams.find((one) => one.codec_type === 'video' && one.disposition?.attached_pic !== 1);
  if (!stream?.width || !stream.height || !stream.time_base) throw new MediaError(file, 'holds no video stream.');
  const rotation = rotationOf(stream);
  const isTurned = rotation % 180 !== 0;
  const timeBase = parseRational(stream.time_base);
  const timeline = await readTimeline(file, {
    streamIndex: stream.index,
    timeBase,
    rates: [frameRateOf(stream.avg_frame_rate), frameRateOf(stream.r_frame_rate)].filter((rate) => rate !== undefined),
    declaredFrames: stream.nb_frames === undefined ? undefined : Number(stream.nb_frames),
  });
  const pixelFormat = stream.pix_fmt ?? 'unknown';
  return {
    file,
    streamIndex: stream.index,
    codec: stream.codec_name ?? 'unknown',
    pixelFormat,
    bitDepth: Number(stream.bits_per_raw_sample ?? /p0?(9|1[0246])(?:le|be)$/.exec(pixelFormat)?.[1] ?? 8),
    width: isTurned ? stream.height : stream.width,
    height: isTurned ? stream.width : stream.height,
    rotation,
    pixelAspect: pixelAspectOf(stream, isTurned),
    colour: colourOf(stream),
    timeline,
    startSeconds: Math.max(0, Number(stream.start_time ?? 0) - Number(format.start_time ?? 0)) || 0,
    audio: streams
      .filter((one) => one.codec_type === 'audio')
      .map((one) => ({
        codec: one.codec_name ?? 'unknown',
        channels: one.channels ?? 0,
        sampleRate: Number(one.sample_rate ?? 0),
      })),
  };
}

/** How long a stream of the rate takes for a number of frames, seconds, exactly. */
export function durationOf(frames: number, rate: Rational): Rational {
  return multiply(rational(frames), rational(rate.denominator, rate.numerator));
}
