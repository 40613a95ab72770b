import type { Interpolator, OnProgress } from '@vosvfi/core';
import { type DavisSummary, summarizeDavis } from '../davis/sequence.js';
import type { SsimVariant } from '../metrics/ssim.js';
import { type MeanMetrics, meanOfFrames, meanOfSequences } from './averages.js';
import { type FrameRecord, memoryCache, openFileCache, type ResultCache, type SegmentationRecord } from './cache.js';
import type { SequenceSegmenter } from './segmenter.js';
import { findSequences, type SequenceFiles, type SequenceSelection } from './sequences.js';
import { evaluateX2Sequence, targetFrames } from './x2-sequence.js';

/** Name and version of the protocol; the version changes when a number could. */
export const x2Protocol = { name: 'x2', version: 1 } as const;

/** What to evaluate, and on what. */
export interface X2Options extends SequenceSelection {
  /** Folder of the data set; layouts: see {@link findSequences}. */
  readonly data: string;
  readonly interpolator: Interpolator;
  /** Follows the objects through the interpolated sequences for J and F; without it these are not measured. */
  readonly segmenter?: SequenceSegmenter;
  /** `merged`: all labels are one object (DAVIS 2016). Default `separate`. */
  readonly objects?: 'separate' | 'merged';
  /** Default `skimage-gaussian`. */
  readonly ssim?: SsimVariant;
  /** JSON-lines file that keeps results, so that an interrupted evaluation goes on where it stopped. */
  readonly cacheFile?: string;
  /** Whatever identifies weights, settings and versions; stored in the report, and a cache of another is refused. */
  readonly provenance?: Readonly<Record<string, string | number | boolean | null>>;
  readonly onProgress?: OnProgress;
}

/** Results of one sequence. */
export interface X2SequenceReport {
  readonly name: string;
  readonly mean: MeanMetrics;
  readonly frames: readonly Omit<FrameRecord, 'kind' | 'sequence'>[];
  /** Over all inner frames, and over the predicted ones only. */
  readonly segmentation: Omit<SegmentationRecord, 'kind' | 'sequence'> | null;
}

/** Results of an evaluation. */
export interface X2Report {
  readonly protocol: {
    readonly name: string;
    readonly version: number;
    readonly ssim: SsimVariant;
    readonly objects: 'separate' | 'merged';
    readonly sequences: number;
    readonly predictedFrames: number;
    /** Frames that were predicted without any error; their infinite PSNR is in no mean. */
    readonly exactFrames: number;
  };
  readonly provenance: Readonly<Record<string, string | number | boolean | null>>;
  /** Means in which every frame counts alike (VOS-VFI's PSNR). */
  readonly perFrame: MeanMetrics;
  /** Means of the sequences' means (VOS-VFI's foreground PSNR). */
  readonly perSequence: MeanMetrics;
  /** Means over objects; null without a segmenter. */
  readonly segmentation: { readonly allFrames: DavisSummary; readonly interpolatedFrames: DavisSummary } | null;
  /** Median time of one prediction; the first of a size may include compiling. */
  readonly millisecondsPerFrame: number;
  readonly sequences: readonly X2SequenceReport[];
}

/**
 * The x2 protocol of VOS-VFI on DAVIS: even frames (0, 2, ..) go in, each odd frame that has a successor is predicted at t = 0.5,
 * rounded to 8 bits and compared with the original. With a segmenter, its masks on the sequence of original even and
 * predicted odd frames are compared with the annotations (J, F; first and last frame left out).
 * Sequences are evaluated one after the other and frames stream, so memory does not grow with the data set.
 * @throws MediaError naming a file that is missing, damaged or of another size; ConfigError for a cache of another evaluation.
 */
export async function evaluateX2(options: X2Options): Promise<X2Report> {
  const sequences = await findSequences(options.data, options);
  const settings = { ssim: options.ssim ?? 'skimage-gaussian', objects: options.objects ?? 'separate' } as const;
  const provenance = {
    interpolator: options.interpolator.id,
    segmenter: options.segmenter?.id ?? null,
    data: options.data,
    ...options.provenance,
  };
  const cache =
    options.cacheFile === undefined
      ? memoryCache()
      : await openFileCache(options.cacheFile, JSON.stringify({ ...x2Protocol, ...settings, ...provenance }));
  const total = sequences.reduce((sum, sequence) => sum + targetFrames(sequence.frames.length).length, 0);
  let done = 0;
  for (const sequence of sequences) {
    const onFrame = (): void => {
      done++;
      options.onProgress?.({ type: 'progress', stage: 'evaluate', done, total, note: sequence.name });
    };
    await evaluateX2Sequence(sequence, { ...options, ...settings, cache, onFrame });
  }
  const reports = sequences.map((sequence) => sequenceReport(sequence, cache, options.segmenter !== undefined));
  return makeReport(reports, settings, provenance);
}

function sequenceReport(sequence: SequenceFiles, cache: ResultCache, isSegmented: boolean): X2SequenceReport {
  const frames = targetFrames(sequence.frames.length).map((target) => {
    const { kind: _kind, sequence: _sequence, ...metrics } = cache.frame(sequence.name, target)!;
    return metrics;
  });
  const segmentation = isSegmented ? cache.segmentation(sequence.name)! : null;
  return {
    name: sequence.name,
    mean: meanOfFrames(frames),
    frames,
    segmentation: segmentation && {
      allFrames: segmentation.allFrames,
      interpolatedFrames: segmentation.interpolatedFrames,
    },
  };
}

function makeReport(
  sequences: readonly X2SequenceReport[],
  settings: { readonly ssim: SsimVariant; readonly objects: 'separate' | 'merged' },
  provenance: X2Report['provenance'],
): X2Report {
  const frames = sequences.flatMap((sequence) => sequence.frames);
  const segmentations = sequences.flatMap(({ segmentation }) => segmentation ?? []);
  return {
    protocol: {
      ...x2Protocol,
      ...settings,
      sequences: sequences.length,
      predictedFrames: frames.length,
      exactFrames: frames.filter((frame) => frame.psnr === Number.POSITIVE_INFINITY).length,
    },
    provenance,
    perFrame: meanOfFrames(frames),
    perSequence: meanOfSequences(sequences.map((sequence) => sequence.mean)),
    segmentation:
      segmentations.length === 0
        ? null
        : {
            allFrames: summarizeDavis(segmentations.map((segmentation) => segmentation.allFrames)),
            interpolatedFrames: summarizeDavis(segmentations.map((segmentation) => segmentation.interpolatedFrames)),
          },
    millisecondsPerFrame: median(frames.map((frame) => frame.milliseconds)),
    sequences,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
