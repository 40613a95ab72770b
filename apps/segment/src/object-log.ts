import type { Mask } from '@vosvfi/core';

/** In which frames an object was found. */
export interface ObjectPresence {
  readonly label: number;
  /** Number of frames with at least one pixel of it. */
  readonly frames: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** Collects in which frames each label occurs. */
export function createObjectLog() {
  const frames = new Map<number, Set<number>>();
  const seen = new Set<number>();
  return {
    /** Frames that were looked at. */
    seen,
    add(frame: number, { data }: Mask): void {
      seen.add(frame);
      for (const label of new Set(data)) {
        if (label === 0 || label === 255) continue;
        const found = frames.get(label) ?? new Set();
        frames.set(label, found.add(frame));
      }
    },
    /** Of every label that was found, ascending. */
    objects(): ObjectPresence[] {
      const labels = [...frames.keys()].sort((first, second) => first - second);
      return labels.map((label) => {
        const numbers = [...frames.get(label)!].sort((first, second) => first - second);
        return { label, frames: numbers.length, firstFrame: numbers[0]!, lastFrame: numbers.at(-1)! };
      });
    },
  };
}
