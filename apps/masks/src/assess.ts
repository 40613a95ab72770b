import type { Frame, Mask } from '@vosvfi/core';
import { overlapAlongMotion } from '@vosvfi/data/motion';
import type { RejectionRules } from './settings.js';

/** Why the masks of a triplet are not for training. */
export const rejectionReasons = ['empty', 'covers-all', 'touches-all-sides', 'area-jump', 'low-overlap'] as const;
/** One of {@link rejectionReasons}. */
export type RejectionReason = (typeof rejectionReasons)[number];

/** What each reason means, for reports. */
export const reasonTexts: Readonly<Record<RejectionReason, string>> = {
  empty: 'a frame has no object',
  'covers-all': 'a mask covers too much of its frame',
  'touches-all-sides': 'a mask touches all four sides',
  'area-jump': 'the area changes too much from one frame to the next',
  'low-overlap': 'masks do not agree once one is carried along the motion to the next frame',
};

/** Facts about the masks of a triplet. */
export interface Assessment {
  /** Shares of the frames that the masks cover. */
  readonly areas: readonly number[];
  /** Overlap after motion of each two neighbours; none where a mask is empty. */
  readonly overlaps: readonly number[];
  /** Empty: the masks are for training. */
  readonly reasons: readonly RejectionReason[];
}

function areaOf({ data }: Mask): number {
  let count = 0;
  for (const label of data) if (label > 0) count++;
  return count / data.length;
}

function touchesAllSides({ data, width, height }: Mask): boolean {
  const some = (length: number, indexOf: (k: number) => number) =>
    Array.from({ length }, (_, k) => data[indexOf(k)]!).some((label) => label > 0);
  return (
    some(width, (x) => x) &&
    some(width, (x) => (height - 1) * width + x) &&
    some(height, (y) => y * width) &&
    some(height, (y) => y * width + width - 1)
  );
}

const rounded = (value: number) => Number(value.toFixed(4));

/** Measures the masks of neighbouring frames and applies the rules. */
export function assessMasks(frames: readonly Frame[], masks: readonly Mask[], rules: RejectionRules): Assessment {
  const areas = masks.map(areaOf);
  if (areas.some((area) => area === 0)) return { areas: areas.map(rounded), overlaps: [], reasons: ['empty'] };
  const overlaps = masks.slice(1).map((mask, k) => overlapAlongMotion(frames[k]!, masks[k]!, frames[k + 1]!, mask));
  const changes = areas.slice(1).map((area, k) => Math.max(area / areas[k]!, areas[k]! / area));
  const holds: Readonly<Record<RejectionReason, boolean>> = {
    empty: false,
    'covers-all': areas.some((area) => area > rules.maxArea),
    'touches-all-sides': masks.some(touchesAllSides),
    'area-jump': changes.some((change) => change > rules.maxAreaChange),
    'low-overlap': overlaps.some((overlap) => overlap < rules.minOverlap),
  };
  return {
    areas: areas.map(rounded),
    overlaps: overlaps.map(rounded),
    reasons: rejectionReasons.filter((reason) => holds[reason]),
  };
}
