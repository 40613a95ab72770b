import { ConfigError, type Interpolator, MediaError } from '@vosvfi/core';
import { readFrame, writeFrame } from '@vosvfi/data';
import { type InBetweenMethod, makeInBetween } from './in-between.js';

/** Options of {@link interpolatePair}. */
export interface PairOptions {
  /** Picture files at t = 0 and t = 1. */
  readonly inputs: readonly [string, string];
  /** Picture file to write: .png, .jpg or .webp. */
  readonly output: string;
  /** Opened once the pictures are read, disposed of at the end. */
  readonly openInterpolator: () => Promise<Interpolator>;
  /** In (0, 1); 0.5 by default. */
  readonly t?: number;
  readonly method?: InBetweenMethod;
}

/** What {@link interpolatePair} made. */
export interface PairResult {
  readonly output: string;
  readonly model: string;
  readonly t: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes the picture between two pictures.
 * @throws ConfigError for a time outside (0, 1); MediaError if a picture cannot be read or their sizes differ.
 */
export async function interpolatePair(options: PairOptions): Promise<PairResult> {
  const { inputs, output, openInterpolator, t = 0.5, method = 'auto' } = options;
  if (!(t > 0 && t < 1)) throw new ConfigError('t', `expected a number between 0 and 1, found ${t}.`);
  const [frame0, frame1] = await Promise.all([readFrame(inputs[0]), readFrame(inputs[1])]);
  const { width, height } = frame0;
  if (frame1.width !== width || frame1.height !== height) {
    const expected = `${width} x ${height} as ${inputs[0]} has`;
    throw new MediaError(inputs[1], `expected ${expected}, found ${frame1.width} x ${frame1.height}.`);
  }
  const interpolator = await openInterpolator();
  try {
    const [frame] = await makeInBetween(interpolator, frame0, frame1, [t], method);
    await writeFrame(output, frame!);
    return { output, model: interpolator.id, t, width, height };
  } finally {
    await interpolator.dispose();
  }
}
