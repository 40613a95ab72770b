import { ConfigError } from '@vosvfi/core';

/** Which frames are remembered, for how long, and how memory is read. */
export interface StcnMemoryPolicy {
  /**
   * A frame is remembered for good when this many frames have passed since the last that was; frames with given masks
   * always are. Default 5 (official).
   */
  readonly memoryEvery?: number;
  /** True to remember the frame before the current one as well, until the next. Default false (official). */
  readonly includeLast?: boolean;
  /** Cells of memory that each place reads; fewer where memory has fewer. Default 20 (official). */
  readonly topK?: number;
  /**
   * Frames in memory, besides the one of `includeLast`; null: all, as the official code has it, whose memory and time
   * grow with the video. When there would be more, a frame with predicted masks is forgotten, namely the one whose
   * neighbours in memory are closest to each other for its age (see {@link frameToForget}). Default 24: up to 120 frames
   * with `memoryEvery` 5, which covers all of DAVIS, nothing is forgotten. At least 2.
   */
  readonly maxMemoryFrames?: number | null;
}

/**
 * A policy with defaults.
 * @throws ConfigError naming the option that is out of range.
 */
export function memoryPolicy(options: StcnMemoryPolicy): Required<StcnMemoryPolicy> {
  const { memoryEvery = 5, includeLast = false, topK = 20, maxMemoryFrames = 24 } = options;
  const least = { memoryEvery: 1, topK: 1, maxMemoryFrames: 2 };
  for (const [name, value] of Object.entries({ memoryEvery, topK, maxMemoryFrames })) {
    const minimum = least[name as keyof typeof least];
    if (value !== null && (!Number.isInteger(value) || value < minimum)) {
      throw new ConfigError(name, `expected an integer from ${minimum} on, found ${value}.`);
    }
  }
  return { memoryEvery, includeLast, topK, maxMemoryFrames };
}

/** A frame in memory, as far as forgetting is concerned. */
export interface MemoryEntry {
  /** Its place in the video. */
  readonly index: number;
  /** True if its masks were given. */
  readonly isGiven: boolean;
}

/**
 * Which of the remembered frames (ascending) is to be forgotten: never the first (whose masks were given) nor the last;
 * among the others one with predicted masks, unless all of them were given; and of those the one that leaves the smallest
 * gap relative to its age. So memory fades: recent frames, which look most like the next one, are kept at every
 * `memoryEvery`, older ones ever further apart, but some from every part of the video, for objects that come back or
 * turn round. Dropping the oldest would forget those; even thinning would keep few recent ones.
 *
 * @param entries At least 3.
 * @returns Place in `entries`.
 */
export function frameToForget(entries: readonly MemoryEntry[]): number {
  const now = entries[entries.length - 1]!.index;
  const inner = [...entries.keys()].slice(1, -1);
  const predicted = inner.filter((place) => !entries[place]!.isGiven);
  const loss = (place: number): number =>
    (entries[place + 1]!.index - entries[place - 1]!.index) / (now - entries[place]!.index);
  return (predicted.length > 0 ? predicted : inner).reduce((best, place) => (loss(place) < loss(best) ? place : best));
}
