import { createPyramid, estimateMotion, type MotionField } from '../prepare/motion.js';
import { largestDifference } from '../prepare/motion-statistics.js';
import type { ReducedFrame } from '../prepare/reduce.js';
import type { Triple } from '../sample.js';
import { defaultCutThreshold, describeFrame, frameDifference } from '../video/scene-cut.js';
import { type Finding, finding } from './finding.js';

/** Largest difference of a block, levels of 255, of pictures between which nothing moves. */
const STILL = 1.5;
/** Length of vectors that tell a direction, pixels of the reduced picture. */
const LEAST_LENGTH = 1;
/** Cosine of the two halves' motion, over all blocks that move, below which it turns back. */
const REVERSAL = -0.5;

/** Cosine between two motions over the blocks that move in both; 0 if less than a twentieth does. */
function motionAgreement(first: MotionField, second: MotionField): number {
  let [dot, lengths, moving] = [0, 0, 0];
  for (let at = 0; at < first.x.length; at++) {
    const [a, b] = [Math.hypot(first.x[at]!, first.y[at]!), Math.hypot(second.x[at]!, second.y[at]!)];
    if (a < LEAST_LENGTH || b < LEAST_LENGTH) continue;
    moving++;
    dot += first.x[at]! * second.x[at]! + first.y[at]! * second.y[at]!;
    lengths += a * b;
  }
  return moving < Math.max(2, first.x.length / 20) ? 0 : dot / lengths;
}

/** Looks at what a triplet shows: repeated frames, stillness, cuts, frames in the wrong order. */
export function checkContent(
  name: string,
  hashes: Triple<string>,
  [first, second, third]: Triple<ReducedFrame>,
): Finding[] {
  const at = (k: number) => `sequences/${name}/im${k}.png`;
  if (hashes[0] === hashes[1] || hashes[1] === hashes[2]) {
    const k = hashes[1] === hashes[2] ? 3 : 2;
    return [finding('repeated-frame', name, at(k), `has the pixels of im${k - 1}.png.`)];
  }
  const { width, height } = first;
  if (largestDifference(first.luma, third.luma, width, height) < STILL) {
    return [finding('still', name, at(3), 'hardly differs from im1.png: nothing moves.')];
  }
  const signatures = [first, second, third].map(({ frame }) => describeFrame(frame));
  for (const k of [1, 2]) {
    const difference = frameDifference(signatures[k - 1]!, signatures[k]!);
    if (difference < defaultCutThreshold) continue;
    const message = `is probably of another scene than im${k}.png (difference ${difference.toFixed(2)}).`;
    return [finding('scene-change', name, at(k + 1), message)];
  }
  const pyramids = [first, second, third].map((picture) => createPyramid(picture));
  const halves = [0, 1].map((k) => estimateMotion(pyramids[k]!, pyramids[k + 1]!));
  const agreement = motionAgreement(halves[0]!, halves[1]!);
  if (agreement >= REVERSAL) return [];
  const message = `is probably not between the others: the motion turns back (cosine ${agreement.toFixed(2)}).`;
  return [finding('frame-order', name, at(2), message)];
}
