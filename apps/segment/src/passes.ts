/**
 * Which way masks are carried. `both`: from the first given mask to the end, then from it back to the start. `forward`
 * leaves frames before the first given mask without objects; `backward` goes from the last given mask to the start and
 * leaves those after it without objects.
 */
export type Direction = 'both' | 'forward' | 'backward';

/** Frames to go through, in order from `first` to `last`, both included; backward where `last` is before `first`. */
export interface Pass {
  readonly first: number;
  readonly last: number;
}

/** What is done with the frames of a video. */
export interface PassPlan {
  /** One after the other, each with a memory of its own. */
  readonly passes: readonly Pass[];
  /** Numbers of the frames that no pass reaches. */
  readonly background: readonly number[];
}

/** Plans the passes through `count` frames with masks given at the frames `given` (ascending, at least one). */
export function planPasses(direction: Direction, given: readonly number[], count: number): PassPlan {
  const [start, end] = [given[0]!, given.at(-1)!];
  const numbers = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const onward: Pass = { first: start, last: count - 1 };
  switch (direction) {
    case 'forward':
      return { passes: [onward], background: numbers(0, start) };
    case 'backward':
      return { passes: [{ first: end, last: 0 }], background: numbers(end + 1, count) };
    case 'both':
      return { passes: start === 0 ? [onward] : [onward, { first: start, last: 0 }], background: [] };
  }
}

/** The part of a pass that must be gone through to make the frames that are `missing`; undefined if it makes none of them. */
export function shortenPass({ first, last }: Pass, missing: ReadonlySet<number>): Pass | undefined {
  const step = last < first ? -1 : 1;
  for (let frame = last; ; frame -= step) {
    if (missing.has(frame)) return { first, last: frame };
    if (frame === first) return undefined;
  }
}

/** Number of frames of a pass. */
export function lengthOf({ first, last }: Pass): number {
  return Math.abs(last - first) + 1;
}
