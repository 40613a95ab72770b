import { ShapeError } from '@vosvfi/core';
import type { PictureSize } from './exact-overlap.js';
import { rasterOverlap } from './raster-overlap.js';
import type { Region } from './region.js';

/** What a frame of a supervised run holds instead of a region: the tracker was started, lost the object, or was waiting. */
const codes = { start: 1, failure: 2, waiting: 0 } as const;

/** Frames after a start that accuracy does not count. */
const BURN_IN = 10;
/** Frames from a failure to the next start. */
const SKIPPED = 5;

/** One video and what a tracker said about it. */
export interface SupervisedVideo extends PictureSize {
  readonly name: string;
  /** A region for each frame; NaN where the object is not there. */
  readonly annotations: readonly Region[];
  /**
   * For each run a region for each frame, or a code [1] (start), [2] (failure), [0] (waiting for the next start, five frames
   * after the failure), as the VOT runners write them.
   */
  readonly runs: readonly (readonly Region[])[];
}

/** Accuracy and robustness on one video. */
export interface SupervisedVideoResult {
  readonly name: string;
  /** NaN if no frame counts. */
  readonly accuracy: number;
  /** Failures of every run. */
  readonly failures: readonly number[];
  /** Overlap of every frame, averaged over the runs where it counts; NaN where it counts in none. */
  readonly overlaps: readonly number[];
}

/** What the VOT challenges report of a tracker. */
export interface SupervisedResult {
  /** Mean overlap of all counted frames of all videos. Range 0..1; NaN if no frame counts. */
  readonly accuracy: number;
  /** Failures for every 100 frames, mean over runs. Lower is better. */
  readonly robustness: number;
  /** Failures in all videos, mean over runs. */
  readonly lostNumber: number;
  /** Expected average overlap. Range 0..1; NaN if no video is as long as the shortest of the lengths. */
  readonly expectedAverageOverlap: number;
  readonly videos: readonly SupervisedVideoResult[];
}

/** Lengths over which overlap is expected; the typical ones of the data set. */
export interface SupervisedOptions {
  /** Default 100 to 356, VOT2018. */
  readonly lengths?: readonly [shortest: number, longest: number];
}

/**
 * Accuracy, robustness and expected average overlap of a tracker that is started again after failures. A frame where
 * the result is NaN and the annotation is not, or the reverse, has overlap 0; one where both are NaN has none.
 *
 * Source: Kristan et al., "The sixth Visual Object Tracking VOT2018 challenge results", ECCVW 2018; numbers of pysot.
 * @throws ShapeError for no videos, a video without a run, runs of unequal number, or results that are not one a frame.
 */
export function evaluateSupervised(
  videos: readonly SupervisedVideo[],
  { lengths = [100, 356] }: SupervisedOptions = {},
): SupervisedResult {
  requireRuns(videos);
  const results = videos.map(videoResult);
  const frames = videos.reduce((sum, { annotations }) => sum + annotations.length, 0);
  const failuresOfRun = results[0]!.failures.map((_, run) =>
    results.reduce((sum, { failures }) => sum + failures[run]!, 0),
  );
  const lostNumber = failuresOfRun.reduce((sum, count) => sum + count, 0) / failuresOfRun.length;
  return {
    accuracy: meanOfNumbers(results.flatMap(({ overlaps }) => overlaps)),
    robustness: (100 * lostNumber) / frames,
    lostNumber,
    expectedAverageOverlap: meanExpectedOverlap(fragmentsOf(videos), lengths),
    videos: results,
  };
}

function requireRuns(videos: readonly SupervisedVideo[]): void {
  if (videos.length === 0) throw new ShapeError('videos', 'at least one', 'none');
  const runs = videos[0]!.runs.length;
  for (const { name, annotations, runs: ofVideo } of videos) {
    if (ofVideo.length === 0 || ofVideo.length !== runs) {
      throw new ShapeError(`runs of ${name}`, `${Math.max(1, runs)}, as many as of the others`, `${ofVideo.length}`);
    }
    for (const run of ofVideo) {
      if (run.length === annotations.length && run.length > 0) continue;
      throw new ShapeError(`results of ${name}`, `${annotations.length}, one for each frame`, `${run.length}`);
    }
  }
}

function codeOf(region: Region): number | null {
  return region.length === 1 ? region[0]! : null;
}

function videoResult({ name, width, height, annotations, runs }: SupervisedVideo): SupervisedVideoResult {
  const ofRuns = runs.map((run) => {
    const overlaps = overlapsOf(run, annotations, { width, height });
    run.forEach((region, t) => {
      if (codeOf(region) === codes.start) overlaps.fill(Number.NaN, t, t + BURN_IN);
    });
    return overlaps;
  });
  const overlaps = annotations.map((_, t) => meanOfNumbers(ofRuns.map((ofRun) => ofRun[t]!)));
  return { name, accuracy: meanOfNumbers(overlaps), failures: runs.map((run) => failuresOf(run).length), overlaps };
}

function overlapsOf(run: readonly Region[], annotations: readonly Region[], bound: PictureSize): number[] {
  return run.map((region, t) => {
    const annotation = annotations[t]!;
    return codeOf(region) !== null ? Number.NaN : rasterOverlap(region, annotation, bound);
  });
}

function failuresOf(run: readonly Region[]): number[] {
  return run.flatMap((region, t) => (codeOf(region) === codes.failure ? [t] : []));
}

function meanOfNumbers(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** Overlaps from a start on, as far as they are known, and how much they count. */
interface Fragment {
  readonly overlaps: readonly number[];
  readonly weight: number;
}

/**
 * Runs cut at their starts. A fragment that ended in a failure goes on with overlap 0 for ever; the last one of a run
 * stops with it.
 */
function fragmentsOf(videos: readonly SupervisedVideo[]): Fragment[] {
  const longest = Math.max(...videos.map(({ annotations }) => annotations.length));
  return videos.flatMap(({ annotations, runs, width, height }) =>
    runs.flatMap((run) => {
      const overlaps = overlapsOf(run, annotations, { width: width - 1, height: height - 1 });
      const failures = failuresOf(run);
      if (failures.length === 0) return [{ overlaps, weight: 1 }];
      const counted = overlaps.map((overlap) => (Number.isNaN(overlap) ? 0 : overlap));
      const starts = [0, ...failures.map((t) => t + SKIPPED).filter((t) => t <= overlaps.length)];
      return starts.map((start, i): Fragment => {
        const next = starts[i + 1];
        if (next === undefined) return { overlaps: counted.slice(start), weight: 1 };
        const known = counted.slice(start, next + 1);
        const padding = new Array<number>(longest - known.length).fill(0);
        return { overlaps: [...known, ...padding], weight: known.length / (next - start + 1) };
      });
    }),
  );
}

/**
 * Mean over lengths of the expected overlap after so many frames. As pysot has it: the first frame counts 1, lengths that no
 * fragment reaches count 0, and a frame without overlap in a run without failures leaves out all lengths after it.
 */
function meanExpectedOverlap(fragments: readonly Fragment[], [shortest, longest]: readonly [number, number]): number {
  const frames = Math.max(...fragments.map(({ overlaps }) => overlaps.length));
  const sums = fragments.map(() => 0);
  const expected: number[] = [];
  for (let t = 0; t < Math.min(frames, longest); t++) {
    let [weighted, weights] = [0, 0];
    fragments.forEach(({ overlaps, weight }, f) => {
      if (t === 0 || t >= overlaps.length) return;
      sums[f] = sums[f]! + overlaps[t]!;
      if (Number.isNaN(overlaps[t]!)) return;
      weighted += (weight * sums[f]!) / t;
      weights += weight;
    });
    if (t >= shortest - 1) expected.push(t === 0 ? 1 : weights > 0 ? weighted / weights : 0);
  }
  return meanOfNumbers(expected);
}
