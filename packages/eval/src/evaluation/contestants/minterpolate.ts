import { EnvironmentError, type Frame } from '@vosvfi/core';
import { filterFrames } from '@vosvfi/data';
import type { Contestant, ItemPredictor } from '../contestant.js';
import type { EvaluationItem } from '../item.js';

/** How the filter sees colours: full-range YUV with halved chroma, as JPEG files have them. */
const PIXELS = 'yuvj420p';
/** Frames a second that ffmpeg is told; only the ratio of the rates matters. */
const RATE = 25;
/** How often the first and the last given frame are repeated: the filter needs two frames on each side of what it makes. */
const PADDING = 2;

/** Options of {@link minterpolateContestant}. */
export interface MinterpolateOptions {
  /** Version of ffmpeg, on which results depend. */
  readonly version: string;
  /** Settings of the filter besides the rate. Default {@link minterpolateSettings}. */
  readonly settings?: string;
}

/** Motion compensation with overlapping blocks and bilateral search, no detection of cuts: the filter at its best for PSNR. */
export const minterpolateSettings = 'mi_mode=mci:mc_mode=obmc:me_mode=bilat:scd=none';

/**
 * ffmpeg's `minterpolate`, which sees all given frames of an item at once if they are evenly spaced, else two at a time.
 * Colours go through 8-bit full-range YUV 4:2:0.
 */
export function minterpolateContestant({ version, settings = minterpolateSettings }: MinterpolateOptions): Contestant {
  return {
    id: 'minterpolate',
    title: 'ffmpeg minterpolate',
    kind: 'baseline',
    facts: { baseline: 'minterpolate', version: 1, ffmpeg: version, settings, pixels: PIXELS },
    timing: 'mean',
    open: (item) => openItem(item, settings),
    dispose: async () => {},
  };
}

async function openItem(item: EvaluationItem, settings: string): Promise<ItemPredictor> {
  const spacing = evenSpacing(item);
  return spacing === null ? pairPredictor(item, settings) : sequencePredictor(item, spacing, settings);
}

/** Given frames that stand at one distance from each other. */
interface EvenSpacing {
  readonly given: readonly number[];
  readonly step: number;
}

/** All given frames of an item, where they are evenly spaced and none is predicted as well; else null. */
function evenSpacing({ given, predictions }: EvaluationItem): EvenSpacing | null {
  const step = (given[1] ?? 0) - (given[0] ?? 0);
  const targets = new Set(predictions.map(({ target }) => target));
  const isEven = step > 1 && given.every((index, i) => index === given[0]! + i * step && !targets.has(index));
  return isEven ? { given, step } : null;
}

function filterOf(step: number, settings: string): string {
  return `format=${PIXELS},minterpolate=fps=${step * RATE}:${settings}`;
}

/** Frames with the first and the last repeated. */
async function* padded(frames: readonly (() => Promise<Frame>)[]): AsyncGenerator<Frame, void, undefined> {
  const [first, last] = [frames[0]!, frames.at(-1)!];
  for (let i = 0; i < PADDING; i++) yield first();
  for (const frame of frames) yield frame();
  for (let i = 0; i < PADDING; i++) yield last();
}

async function sequencePredictor(
  item: EvaluationItem,
  { given, step }: EvenSpacing,
  settings: string,
): Promise<ItemPredictor> {
  const { width, height } = await item.frame(given[0]!);
  const frames = padded(given.map((index) => () => item.frame(index)));
  const made = filterFrames(frames, { width, height, frameRate: RATE, filter: filterOf(step, settings) });
  const needed = new Set(item.predictions.map(({ target }) => target));
  const waiting = new Map<number, Frame>();
  let next = given[0]! - PADDING * step;
  return {
    predict: async ({ target }) => {
      while (!waiting.has(target)) {
        const { done, value } = await made.next();
        if (done) throw tooFew(item, target);
        if (needed.delete(next)) waiting.set(next, value);
        next++;
      }
      const frame = waiting.get(target)!;
      waiting.delete(target);
      return frame;
    },
    close: async () => void (await made.return()),
  };
}

/** Sees two frames at a time, where an item has no even row of given frames. */
function pairPredictor(item: EvaluationItem, settings: string): ItemPredictor {
  return {
    predict: async ({ target, from, t }, pair) => {
      const step = from[1] - from[0];
      const { width, height } = pair[0];
      const made = filterFrames(padded(pair.map((frame) => async () => frame)), {
        ...{ width, height, frameRate: RATE, filter: filterOf(step, settings) },
      });
      let place = -PADDING * step;
      for await (const frame of made) {
        if (place === Math.round(t * step)) return frame;
        place++;
      }
      throw tooFew(item, target);
    },
    close: async () => {},
  };
}

function tooFew(item: EvaluationItem, target: number): EnvironmentError {
  return new EnvironmentError(`ffmpeg's minterpolate made no frame ${item.frameName(target)} of ${item.id}.`, {
    hint: 'Other versions of ffmpeg may; 5.1 is known to.',
  });
}
