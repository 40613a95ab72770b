import { ConfigError, type Frame, type Interpolator, UnsupportedError } from '@vosvfi/core';
import { openVideo, type VideoReaderOptions } from '@vosvfi/data';
import { psnr } from '@vosvfi/eval';
import { type NetworkChoice, openNetwork } from '@vosvfi/models/open';

/** Two neighbouring frames. */
export type FramePair = readonly [Frame, Frame];

/** Below this, in dB, int8 is refused: its error is then as large as that of interpolation itself. */
const LEAST_PSNR = 30;

/** Pairs of neighbouring frames spread over a video; fewer if it has fewer. */
export async function spreadPairs(file: string, count: number, options: VideoReaderOptions): Promise<FramePair[]> {
  const reader = await openVideo(file, options);
  const last = reader.info.timeline.ticks.length - 2;
  const starts = new Set(Array.from({ length: count }, (_, k) => Math.floor(((k + 0.5) / count) * (last + 1))));
  const pairs: FramePair[] = [];
  let index = 0;
  let previous: Frame | undefined;
  for await (const frame of reader.frames()) {
    if (previous !== undefined && starts.has(index - 1)) pairs.push([previous, frame]);
    if (pairs.length === starts.size) break;
    previous = frame;
    index++;
  }
  return pairs;
}

/**
 * A network in int8, calibrated by all pairs but the last, on which it is compared with float32.
 * @param report Is told the PSNR between both, dB.
 * @throws ConfigError without pairs; UnsupportedError if both differ by less than 30 dB.
 */
export async function openInt8(
  choice: NetworkChoice,
  pairs: readonly FramePair[],
  report: (decibels: number) => void,
): Promise<Interpolator> {
  const check = pairs.at(-1);
  if (check === undefined) throw new ConfigError('--precision', 'int8 needs at least two frames to calibrate by.');
  const calibrationPairs = pairs.length === 1 ? pairs : pairs.slice(0, -1);
  const exact = await openNetwork({ ...choice, precision: 'float32' });
  const expected = await exact.interpolate(...check, [0.5]).finally(() => exact.dispose());
  const interpolator = await openNetwork({ ...choice, precision: 'int8', calibrationPairs });
  try {
    const found = await interpolator.interpolate(...check, [0.5]);
    const decibels = psnr(expected[0]!, found[0]!);
    report(decibels);
    if (decibels >= LEAST_PSNR) return interpolator;
    throw new UnsupportedError(
      `int8 changes what ${interpolator.id} makes of these frames too much: ${decibels.toFixed(1)} dB, at least ${LEAST_PSNR} wanted.`,
      { hint: 'Leave --precision out.' },
    );
  } catch (error) {
    await interpolator.dispose();
    throw error;
  }
}
