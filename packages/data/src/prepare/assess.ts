import { type FrameSignature, frameDifference } from '../video/scene-cut.js';
import { blurOf, isBlend, isFade, lightOf } from './appearance.js';
import type { Rectangle } from './geometry.js';
import type { MotionField, Pyramid } from './motion.js';
import { type MotionStatistics, motionStatistics } from './motion-statistics.js';
import type { PrepareSettings } from './settings.js';

/** Why a triplet is not taken. */
export type DropReason =
  | 'scene change'
  | 'uneven times'
  | 'blank'
  | 'fade'
  | 'still'
  | 'too fast'
  | 'blurry'
  | 'no match';

/** What is known of a triplet that may be taken. */
export interface TripletMeasures {
  /** Mean and peak of motion, pixels of the written frames from one frame to the next; the mean of both halves. */
  readonly motion: { readonly mean: number; readonly peak: number };
  /** What matching leaves, levels of 255. */
  readonly residual: number;
  readonly blur: number;
  /** Mean luma, levels of 255. */
  readonly luma: number;
}

/** Three frames, reduced. */
export interface TripletView {
  readonly pyramids: readonly [Pyramid, Pyramid, Pyramid];
  readonly signatures: readonly [FrameSignature, FrameSignature, FrameSignature];
  readonly part: Rectangle;
  /** Pixels of the written frame in a pixel of the reduced one. */
  readonly scale: { readonly x: number; readonly y: number };
  /** Motion from the first to the second, and from the second to the third frame. */
  readonly motion: () => readonly [MotionField, MotionField];
}

/** Least deviation of luma in a picture that shows something, levels of 255. */
const BLANK_DEVIATION = 4;
/** Mean difference along the vectors from which neighbours are not of one scene: more than most different pictures leave. */
const NO_MATCH = 24;

const mean = (first: number, second: number) => (first + second) / 2;

function judgeMotion(
  view: TripletView,
  halves: readonly [MotionStatistics, MotionStatistics],
  { minMotion, maxMotion }: PrepareSettings,
): DropReason | undefined {
  const [first, second] = halves;
  const [a, b, c] = view.pyramids;
  const pictures = [a[0]!, b[0]!, c[0]!] as const;
  const residual = mean(first.residual, second.residual);
  const isUnmatched = residual > 2 && residual > 0.6 * mean(first.difference, second.difference);
  if (isFade(pictures, view.part) || (isUnmatched && isBlend(pictures, view.part))) return 'fade';
  if (Math.max(first.residual, second.residual) > NO_MATCH) return 'no match';
  const peak = mean(first.peak, second.peak);
  if (peak < minMotion) return 'still';
  return maxMotion !== null && peak > maxMotion ? 'too fast' : undefined;
}

/** Measures a triplet, or tells why it is not taken. */
export function assessTriplet(view: TripletView, settings: PrepareSettings): DropReason | TripletMeasures {
  const { signatures, pyramids, part } = view;
  if (frameDifference(signatures[0], signatures[2]) >= settings.cutThreshold) return 'scene change';
  const middle = pyramids[1][0]!;
  if (pyramids.some(([picture]) => lightOf(picture!, part).deviation < BLANK_DEVIATION)) return 'blank';
  const [before, after] = view.motion();
  const first = motionStatistics(before, part, view.scale);
  const second = motionStatistics(after, part, view.scale);
  const reason = judgeMotion(view, [first, second], settings);
  if (reason !== undefined) return reason;
  const blur = blurOf(middle, part);
  if (blur > settings.maxBlur) return 'blurry';
  return {
    motion: { mean: mean(first.mean, second.mean), peak: mean(first.peak, second.peak) },
    residual: mean(first.residual, second.residual),
    blur,
    luma: lightOf(middle, part).mean,
  };
}
