import type { Frame } from '@vosvfi/core';
import type { ChoiceRules, FrameChoice } from './frame-choice.js';
import { allowedChoices } from './frame-choice.js';

/** Side of the grid of means that frames are compared by. */
const GRID = 24;

/** Mean change of a cell, of 255, from which on a change may be a cut, and how many times the usual change it must be. */
const CUT = 10;
const CUT_RATIO = 5;
/** Mean change from which on a change is a cut whatever is usual. */
const SURE_CUT = 40;
/** Least mean change from the first to the last frame of a sample, and between neighbours in it. */
const STILL = 0.5;
const DUPLICATE = 0.05;

/** Means of the green channel over a grid of cells. */
function thumbnail({ data, width, height }: Frame): Float32Array {
  const columns = Math.min(GRID, width);
  const rows = Math.min(GRID, height);
  const sums = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  // Every other pixel of every other row says enough.
  for (let y = 0; y < height; y += 2) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x += 2) {
      const cell = row + Math.floor((x * columns) / width);
      sums[cell]! += data[(y * width + x) * 3 + 1]!;
      counts[cell]! += 1;
    }
  }
  return sums.map((sum, i) => (counts[i]! > 0 ? sum / counts[i]! : 0));
}

function difference(first: Float32Array, second: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += Math.abs(first[i]! - second[i]!);
  return sum / first.length;
}

/** True where frame k + 1 begins another shot than frame k. */
function findCuts(changes: readonly number[]): boolean[] {
  const usual = [...changes].sort((a, b) => a - b)[changes.length >> 1] ?? 0;
  return changes.map((change) => change > SURE_CUT || (change > CUT && change > CUT_RATIO * usual));
}

/** How much the middle frame of a sample for t = 0.5 may be off. */
const IRREGULAR = 0.05;

/**
 * The choices out of consecutive 8-bit frames that the rules allow and that can be learned from: no cut between their
 * frames, some motion from the first to the last, no frame a copy of the one before. Those for t 0.5 must be evenly spaced.
 * @param ticks times of the frames.
 */
export function movingChoices(frames: readonly Frame[], ticks: ArrayLike<number>, rules: ChoiceRules): FrameChoice[] {
  const thumbnails = frames.map(thumbnail);
  const changes = thumbnails.slice(1).map((one, k) => difference(thumbnails[k]!, one));
  const cuts = findCuts(changes);
  return allowedChoices(frames.length, rules).filter(([first, middle, last]) => {
    if (cuts.slice(first, last).includes(true)) return false;
    const position = (ticks[middle]! - ticks[first]!) / (ticks[last]! - ticks[first]!);
    if (rules.t === 0.5 && Math.abs(position - 0.5) > IRREGULAR) return false;
    if (changes.slice(first, last).some((change) => change < DUPLICATE)) return false;
    return difference(thumbnails[first]!, thumbnails[last]!) >= STILL;
  });
}
