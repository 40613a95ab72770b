import { type Frame, type Interpolator, type Mask, ShapeError } from '@vosvfi/core';
import { type DavisSequenceResult, evaluateDavisSequence } from '../davis/sequence.js';
import { foregroundPsnr } from '../metrics/foreground-psnr.js';
import { interpolationError } from '../metrics/interpolation-error.js';
import { psnr } from '../metrics/psnr.js';
import { quantizeFrame } from '../metrics/samples.js';
import { type SsimVariant, ssim } from '../metrics/ssim.js';
import type { FrameMetrics } from './averages.js';
import type { ResultCache } from './cache.js';
import type { SequenceSegmenter } from './segmenter.js';
import { openSequence, type SequenceReader } from './sequence-reader.js';
import type { SequenceFiles } from './sequences.js';

/** What evaluating one sequence needs. */
export interface X2SequenceOptions {
  readonly interpolator: Interpolator;
  readonly segmenter?: SequenceSegmenter | undefined;
  readonly objects: 'separate' | 'merged';
  readonly ssim: SsimVariant;
  readonly cache: ResultCache;
  readonly onFrame: () => void;
}

interface Context extends X2SequenceOptions {
  readonly sequence: SequenceFiles;
  readonly reader: SequenceReader;
}

/** Indices of the frames that are predicted: the odd ones that have a successor. With an even number of frames the last is not. */
export function targetFrames(frameCount: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((frameCount - 1) / 2)) }, (_, i) => 2 * i + 1);
}

/**
 * Evaluates one sequence and puts every result that it lacks into the cache. Frames stream; a few are in memory at a time.
 * @throws MediaError naming a file that is damaged or of another size than the sequence's first frame.
 */
export async function evaluateX2Sequence(sequence: SequenceFiles, options: X2SequenceOptions): Promise<void> {
  const context: Context = { ...options, sequence, reader: await openSequence(sequence) };
  if (options.segmenter !== undefined && options.cache.segmentation(sequence.name) === undefined) {
    await segment(context, options.segmenter);
    return;
  }
  for (const target of targetFrames(sequence.frames.length)) {
    if (options.cache.frame(sequence.name, target) === undefined) await predict(context, target);
    options.onFrame();
  }
}

async function segment(context: Context, segmenter: SequenceSegmenter): Promise<void> {
  const { sequence, reader, objects } = context;
  const annotations: Mask[] = [];
  for (let i = 0; i < sequence.frames.length; i++) annotations.push(await reader.mask(i));
  const results = await segmenter.propagate(interpolatedFrames(context), annotations[0]!);
  const scores = (frames: readonly number[]): DavisSequenceResult =>
    evaluateDavisSequence(annotations, results, { objects, frames });
  const inner = annotations.map((_, i) => i).slice(1, -1);
  const targets = targetFrames(sequence.frames.length);
  await context.cache.add({
    kind: 'segmentation',
    sequence: sequence.name,
    allFrames: scores(inner),
    interpolatedFrames: scores(inner.filter((frame) => targets.includes(frame))),
  });
}

/** The original even frames with the predicted odd ones between them; an original last frame where the number is even. */
async function* interpolatedFrames(context: Context): AsyncGenerator<Frame> {
  const { sequence, reader } = context;
  const count = sequence.frames.length;
  yield await reader.frame(0);
  for (const target of targetFrames(count)) {
    yield await predict(context, target);
    context.onFrame();
    yield await reader.frame(target + 1);
  }
  if (count % 2 === 0) yield await reader.frame(count - 1);
}

/** The predicted frame, rounded to 8 bits; its metrics go to the cache unless they are there. */
async function predict(context: Context, target: number): Promise<Frame> {
  const { interpolator, reader, sequence, cache } = context;
  const [frame0, frame1] = [await reader.frame(target - 1), await reader.frame(target + 1)];
  const start = performance.now();
  const [output] = await interpolator.interpolate(frame0, frame1, [0.5]);
  const milliseconds = performance.now() - start;
  if (output === undefined) throw new ShapeError(`result of ${interpolator.id}`, 'one frame', 'none');
  const prediction = quantizeFrame(output);
  if (cache.frame(sequence.name, target) === undefined) {
    const truth = await reader.frame(target);
    const mask = sequence.masks === null ? null : await reader.mask(target);
    const metrics = measure(truth, prediction, mask, context.ssim);
    await cache.add({ kind: 'frame', sequence: sequence.name, frame: target, ...metrics, milliseconds });
  }
  return prediction;
}

function measure(truth: Frame, prediction: Frame, mask: Mask | null, variant: SsimVariant): FrameMetrics {
  return {
    psnr: psnr(truth, prediction),
    foregroundPsnr: mask === null ? null : foregroundPsnr(truth, prediction, mask),
    ssim: ssim(truth, prediction, variant),
    interpolationError: interpolationError(truth, prediction),
  };
}
