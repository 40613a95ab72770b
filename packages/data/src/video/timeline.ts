import { MediaError } from '@vosvfi/core';
import { findExecutable } from './executables.js';
import { lastMessage, processLines } from './process.js';
import { type Rational, rational, toNumber } from './rational.js';

/** When the frames of a stream are shown. */
export interface Timeline {
  /** Presentation times in order, in units of `timeBase`. */
  readonly ticks: Float64Array;
  /** Seconds a tick takes. */
  readonly timeBase: Rational;
  /** Frames a second: exact if `isConstant`, else the average. */
  readonly frameRate: Rational;
  /** True if every frame is where `frameRate` puts it, to within a tick. */
  readonly isConstant: boolean;
}

/** What {@link readTimeline} needs to know of the stream. */
export interface TimelineQuery {
  readonly streamIndex: number;
  readonly timeBase: Rational;
  /** Rates that the file states, the likeliest first. */
  readonly rates: readonly Rational[];
  readonly declaredFrames: number | undefined;
}

/** What demuxers say when the end of a file is missing. */
const truncation = /partial file|ended prematurely|truncat|moov atom not found|Invalid data found/i;

/** True if frame k is at k / rate after the first one, to within a tick (files round times to ticks). */
function fits(ticks: Float64Array, rate: Rational, timeBase: Rational): boolean {
  const step = 1 / (toNumber(rate) * toNumber(timeBase));
  return ticks.every((tick, k) => Math.abs(tick - ticks[0]! - k * step) <= 1);
}

/** Which of the stated rates, if any, the times follow. */
export function describeTimeline(ticks: Float64Array, timeBase: Rational, rates: readonly Rational[]): Timeline {
  const exact = rates.find((rate) => fits(ticks, rate, timeBase));
  const span = ticks.length > 1 ? ticks.at(-1)! - ticks[0]! : 0;
  const average =
    span > 0
      ? rational(BigInt(ticks.length - 1) * timeBase.denominator, BigInt(Math.round(span)) * timeBase.numerator)
      : rational(25);
  const isConstant = exact !== undefined || ticks.length < 2;
  return { ticks, timeBase, frameRate: exact ?? rates[0] ?? average, isConstant };
}

/**
 * Reads the presentation times of a stream's packets.
 * @throws MediaError if the file ends early or holds no frame.
 */
export async function readTimeline(file: string, query: TimelineQuery): Promise<Timeline> {
  const { path } = await findExecutable('ffprobe');
  const args = ['-v', 'error', '-select_streams', String(query.streamIndex)];
  args.push('-show_entries', 'packet=pts,flags', '-of', 'csv=p=0', `file:${file}`);
  const ticks: number[] = [];
  let packets = 0;
  const lines = processLines(path, args, (end) => {
    if (end.code === 0 && !truncation.test(end.log)) return;
    throw new MediaError(file, `is truncated or damaged after ${packets} frames (${lastMessage(end.log, file)}).`);
  });
  for await (const line of lines) {
    const [pts = '', flags = ''] = line.split(',');
    // Side data of a packet continues on a line of its own.
    if (!/^(-?\d+|N\/A)$/.test(pts)) continue;
    packets++;
    // Packets marked D are decoded for others' sake but not shown.
    if (flags[1] !== 'D' && pts !== 'N/A') ticks.push(Number(pts));
  }
  if (packets === 0) throw new MediaError(file, 'holds no frame of video.');
  const { declaredFrames } = query;
  if (declaredFrames !== undefined && declaredFrames > packets) {
    throw new MediaError(file, `is truncated: it announces ${declaredFrames} frames, found ${packets}.`);
  }
  return describeTimeline(Float64Array.from(ticks).sort(), query.timeBase, query.rates);
}
