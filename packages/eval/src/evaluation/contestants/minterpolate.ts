import { EnvironmentError, type Frame, UnsupportedError } from '@vosvfi/core';
import { filterFrames } from '@vosvfi/data';
import type { Contestant, ItemPredictor } from '../contestant.js';
import type { EvaluationItem } from '../item.js';

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
 * ffmpeg's `minterpolate`, which sees all given frames of an item at once. Given frames must be evenly spaced.
 * Colours go through 8-bit YUV 4:2:0, as they do in videos.
 */
export function minterpolateContestant({ version, settings = minterpolateSettings }: MinterpolateOptions): Contestant {
  return {
    id: 'minterpolate',
    title: 'ffmpeg minterpolate',
    kind: 'baseline',
    facts: { baseline: 'minterpolate', version: 1, ffmpeg: version, settings },
    open: (item) => openItem(item, settings),
    dispose: async () => {},
  };
}

async function openItem(item: EvaluationItem, settings: string): Promise<ItemPredictor> {
  const { given, step } = evenSpacing(item);
  const { width, height } = await item.frame(given[0]!);
  const filter = `format=yuv420p,minterpolate=fps=${step * RATE}:${settings}`;
  const made = filterFrames(paddedFrames(item, given), { width, height, frameRate: RATE, filter });
  const needed = new Set(item.predictions.map(({ target }) => target));
  const waiting = new Map<number, Frame>();
  let next = given[0]! - PADDING * step;
  const advance = async (target: number): Promise<Frame> => {
    while (!waiting.has(target)) {
      const { done, value } = await made.next();
      if (done) {
        throw new EnvironmentError(`ffmpeg's minterpolate made no frame ${item.frameName(target)} of ${item.id}.`, {
          hint: 'Another version of ffmpeg may; 5.1 and later are known to.',
        });
      }
      if (needed.has(next)) waiting.set(next, value);
      next++;
    }
    const frame = waiting.get(target)!;
    waiting.delete(target);
    needed.delete(target);
    return frame;
  };
  return {
    predict: ({ target }) => advance(target),
    close: async () => {
      await made.return();
    },
  };
}

async function* paddedFrames(item: EvaluationItem, given: readonly number[]): AsyncGenerator<Frame, void, undefined> {
  const before = new Array<number>(PADDING).fill(given[0]!);
  const after = new Array<number>(PADDING).fill(given.at(-1)!);
  for (const index of [...before, ...given, ...after]) yield item.frame(index);
}

/** The given frames that predictions are made between, and the distance from one to the next. */
function evenSpacing(item: EvaluationItem): { readonly given: readonly number[]; readonly step: number } {
  const targets = new Set(item.predictions.map(({ target }) => target));
  const first = Math.min(...item.predictions.flatMap(({ from }) => from));
  const last = Math.max(...item.predictions.flatMap(({ from }) => from));
  const given: number[] = [];
  for (let index = first; index <= last; index++) if (!targets.has(index)) given.push(index);
  const step = given[1]! - given[0]!;
  if (given.some((index, i) => index !== first + i * step)) {
    throw new UnsupportedError(`minterpolate needs evenly spaced given frames; those of ${item.id} are not.`);
  }
  return { given, step };
}
