import { type Frame, type Interpolator, type Mask, ShapeError } from '@vosvfi/core';
import { boundaryMeasure } from '../davis/boundary-measure.js';
import { jaccard } from '../davis/jaccard.js';
import { mergedRegion } from '../davis/labels.js';
import type { SequenceSegmenter } from '../evaluation/segmenter.js';
import { boundaryPsnr } from '../metrics/boundary-psnr.js';
import { edgeError } from '../metrics/edge-error.js';
import { foregroundPsnr } from '../metrics/foreground-psnr.js';
import { psnr } from '../metrics/psnr.js';
import { quantizeFrame } from '../metrics/samples.js';
import { targetFrames } from '../sequences/target-frames.js';
import { meanMetrics, type TestMetrics } from './metrics.js';
import type { TestSequence } from './sequence.js';

/** Who makes the middle frames; `truth` stands for the true ones, a ceiling for J and F. */
export type MiddleFrameMaker = Pick<Interpolator, 'id' | 'interpolate'> | 'truth';

/** How {@link measureMiddleFrames} measures. */
export interface MiddleFrameOptions {
  /** Follows the object through the sequence for J and F; without it these are `null`. */
  readonly segmenter?: SequenceSegmenter | undefined;
  /** Pixels around an outline that count for `boundaryPsnr`. Default 3. */
  readonly bandRadius?: number | undefined;
}

/**
 * Tests a maker of frames on one sequence: frames 1, 3, 5 and so on are made at t = 0.5 from their two neighbours, rounded to
 * 8 bits and compared with the true ones; each metric is the mean over these frames.
 *
 * All objects count as one region, but for outlines between them, which count as outlines. J and F compare the true mask
 * with the one that the segmenter carries, from the true mask of frame 0, through true even and made odd frames; only
 * made frames count. A sequence whose first frame shows no object has no J and F.
 * @throws ShapeError if the maker returns no frame; MediaError for a file that cannot be read.
 */
export async function measureMiddleFrames(
  sequence: TestSequence,
  maker: MiddleFrameMaker,
  { segmenter, bandRadius = 3 }: MiddleFrameOptions = {},
): Promise<TestMetrics> {
  const targets = targetFrames(sequence.length);
  const made = new Map<number, Frame>();
  for (const target of targets) made.set(target, await makeFrame(sequence, maker, target));
  const found = segmenter === undefined || !sequence.hasMasks ? undefined : await segment(sequence, made, segmenter);
  const frames: TestMetrics[] = [];
  for (const [target, frame] of made) {
    const truth = await sequence.frame(target);
    const mask = sequence.hasMasks ? await sequence.mask(target) : undefined;
    frames.push({
      psnr: psnr(truth, frame),
      foregroundPsnr: mask === undefined ? null : foregroundPsnr(truth, frame, mask),
      boundaryPsnr: mask === undefined ? null : boundaryPsnr(truth, frame, mask, bandRadius),
      edgeError: edgeError(truth, frame),
      ...scores(mask, found?.[target]),
    });
  }
  return meanMetrics(frames);
}

function scores(truth: Mask | undefined, found: Mask | undefined): Pick<TestMetrics, 'jAndF' | 'jaccard' | 'boundary'> {
  if (truth === undefined || found === undefined) return { jAndF: null, jaccard: null, boundary: null };
  const region = jaccard(truth, found);
  const contour = boundaryMeasure(truth, found);
  return { jAndF: (region + contour) / 2, jaccard: region, boundary: contour };
}

async function makeFrame(sequence: TestSequence, maker: MiddleFrameMaker, target: number): Promise<Frame> {
  if (maker === 'truth') return await sequence.frame(target);
  const pair = [await sequence.frame(target - 1), await sequence.frame(target + 1)] as const;
  const [frame] = await maker.interpolate(...pair, [0.5]);
  if (frame === undefined) throw new ShapeError(`result of ${maker.id}`, 'one frame', 'none');
  return quantizeFrame(frame);
}

/** Masks of all frames; undefined if the first frame shows no object. */
async function segment(
  sequence: TestSequence,
  made: ReadonlyMap<number, Frame>,
  segmenter: SequenceSegmenter,
): Promise<Mask[] | undefined> {
  const first = mergedRegion(await sequence.mask(0));
  if (first.data.every((label) => label === 0)) return undefined;
  async function* frames(): AsyncGenerator<Frame> {
    for (let i = 0; i < sequence.length; i++) yield made.get(i) ?? (await sequence.frame(i));
  }
  return await segmenter.propagate(frames(), first);
}
