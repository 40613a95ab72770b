import { ConfigError } from '@vosvfi/core';

/**
 * Which frames labels are copied from. The official evaluation's `--ref`:
 * - `all` (0, the default): the first frame and the sixth, and the last, the third last and the fifth last;
 * - `first` (1): the first frame instead of both;
 * - `last` (2): the last frame alone.
 */
export type MastReferences = 'all' | 'first' | 'last';

/** Frames between recent references, and how many recent ones there are (official code: `mem_gap`, 3). */
const recentStep = 2;
const recentCount = 3;

/** The second frame that stays a reference, counted from the first. */
const secondAnchor = 5;

/** Recent frames that a policy may come back to. */
export const recentFrames = recentStep * (recentCount - 1) + 1;

/** @throws ConfigError for an unknown policy. */
export function checkReferences(references: string): MastReferences {
  if (references === 'all' || references === 'first' || references === 'last') return references;
  throw new ConfigError('references', `expected "all", "first" or "last", found "${references}".`);
}

/** True for a frame that stays a reference to the end; frames are counted from the first one that has masks. */
export function isAnchor(references: MastReferences, frame: number): boolean {
  return references !== 'last' && (frame === 0 || (references === 'all' && frame === secondAnchor));
}

/**
 * References of frame `frame` (from 1 on), ascending; frames are counted from the first one that has masks.
 */
export function referenceFrames(references: MastReferences, frame: number): number[] {
  const last = frame - 1;
  if (references === 'last') return [last];
  const anchors = references === 'all' ? [0, secondAnchor] : [0];
  const recent = Array.from({ length: recentCount }, (_, index) => last - recentStep * index);
  // As in the official code, the first frame is a reference by being an anchor only.
  const frames = [...anchors.filter((anchor) => anchor <= last), ...recent.filter((index) => index > 0)];
  return [...new Set(frames)].sort((a, b) => a - b);
}
