import { type Frame, type Mask, MediaError, VosvfiError } from '@vosvfi/core';
import { largestLabel } from '../davis/labels.js';
import { evaluateDavisSequence } from '../davis/sequence.js';
import type { Contestant, ItemPredictor } from './contestant.js';
import { type Instrument, requireNumber } from './instrument.js';
import type { EvaluationItem } from './item.js';
import type { Measurement } from './measurement.js';
import type { SequenceAccumulator } from './metrics/metric.js';
import { inOrder, type PredictedFrame, predictItem, shownIndices } from './predict-item.js';
import type { SequenceSegmenter } from './segmenter.js';

/** What measuring one item needs. */
export interface MeasureItemOptions {
  readonly instrument: Instrument;
  /** Names of the metrics to measure. */
  readonly metrics: ReadonlySet<string>;
  /** Whether one of them looks at masks. */
  readonly needsMasks: boolean;
  readonly quantize: boolean;
  readonly segmentation?: SegmentationChoice | undefined;
  /** Frames that may be in measurement at a time. */
  readonly pending: number;
  readonly signal?: AbortSignal | undefined;
  readonly onFrame?: (() => void) | undefined;
}

/** Who carries masks through an item, and what counts as an object. */
export interface SegmentationChoice {
  readonly segmenter: SequenceSegmenter;
  readonly objects: 'separate' | 'merged';
}

/**
 * Predicts and measures the frames of one item. Frames stream: a few are in memory at a time, besides the masks that a
 * segmenter's are compared with.
 * @throws as {@link predictItem}, the contestant, the metrics and the segmenter do.
 */
export async function measureItem(
  item: EvaluationItem,
  contestant: Contestant,
  options: MeasureItemOptions,
): Promise<Measurement> {
  const predictor = await contestant.open(item);
  try {
    return await measureWith(predictor, item, contestant, options);
  } finally {
    await predictor.close();
  }
}

async function measureWith(
  predictor: ItemPredictor,
  item: EvaluationItem,
  contestant: Contestant,
  options: MeasureItemOptions,
): Promise<Measurement> {
  const { instrument, metrics, segmentation } = options;
  const frames: Measurement['frames'][number][] = [];
  const measured = measureEach(predictItem(item, contestant, predictor, options), item, options, frames);
  const accumulators = [...instrument.sequences]
    .filter(([name]) => metrics.has(name))
    .map(([name, measure]) => [name, measure.start()] as const);
  let scores: Measurement['segmentation'] = null;
  if (accumulators.length === 0 && segmentation === undefined) {
    for await (const _ of measured);
  } else {
    const shown = shownFrames(
      item,
      measured,
      accumulators.map(([, accumulator]) => accumulator),
    );
    if (segmentation === undefined) for await (const _ of shown);
    else scores = await segment(item, shown, segmentation);
  }
  const values: Record<string, number | null> = {};
  for (const [name, accumulator] of accumulators) values[name] = requireNumber(name, await accumulator.end());
  frames.sort((a, b) => a.index - b.index);
  return { frames, values, segmentation: scores };
}

/** Passes predicted frames on, each as its measurement begins; waits for all of them at the end. */
async function* measureEach(
  predicted: AsyncGenerator<PredictedFrame, void, undefined>,
  item: EvaluationItem,
  { instrument, metrics, needsMasks, pending, onFrame }: MeasureItemOptions,
  results: Measurement['frames'][number][],
): AsyncGenerator<PredictedFrame, void, undefined> {
  const running = new Set<Promise<void>>();
  try {
    for await (const made of predicted) {
      const { target: index } = made.prediction;
      const truth = await item.frame(index);
      const mask = needsMasks ? await item.mask(index) : null;
      const task = instrument.measure({ truth, prediction: made.frame, mask }, metrics).then(
        (values) => {
          results.push({ index, milliseconds: made.milliseconds, values });
          onFrame?.();
        },
        (error: unknown) => throwWithFrame(error, item, index),
      );
      // Whoever waits below gets the error.
      task.catch(() => {});
      running.add(task);
      if (running.size >= pending) await oldestOf(running);
      yield made;
    }
    while (running.size > 0) await oldestOf(running);
  } finally {
    await Promise.allSettled(running);
  }
}

/** A metric that cannot take a frame, for its size as a rule, does not know which one it is. */
function throwWithFrame(error: unknown, item: EvaluationItem, index: number): never {
  if (!VosvfiError.isInstance(error) || error.code !== SHAPE_CODE) throw error;
  throw new MediaError(`frame ${item.frameName(index)} of ${item.id}`, error.message, {
    hint: 'Measure other metrics (`--metrics`), or larger frames.',
    cause: error,
  });
}

async function oldestOf(running: Set<Promise<void>>): Promise<void> {
  const [oldest] = running;
  await oldest;
  running.delete(oldest!);
}

async function* shownFrames(
  item: EvaluationItem,
  predicted: AsyncIterable<PredictedFrame>,
  accumulators: readonly SequenceAccumulator[],
): AsyncGenerator<Frame, void, undefined> {
  for await (const { index, frame, isPredicted } of inOrder(item, predicted)) {
    if (accumulators.length > 0) {
      const truth = isPredicted ? await item.frame(index) : frame;
      for (const accumulator of accumulators) await accumulator.add({ truth, shown: frame, isPredicted });
    }
    yield frame;
  }
}

async function segment(
  item: EvaluationItem,
  shown: AsyncGenerator<Frame, void, undefined>,
  { segmenter, objects }: SegmentationChoice,
): Promise<Measurement['segmentation']> {
  const used = shownIndices(item);
  const annotations = await readAnnotations(item, used);
  const inner = used.map((_, place) => place).slice(1, -1);
  const hasObject = largestLabel(annotations[0] ?? noMask, objects === 'separate') > 0;
  if (inner.length === 0 || !hasObject) {
    for await (const _ of shown);
    return null;
  }
  const results = await segmenter.propagate(shown, annotations[0]!);
  const targets = new Set(item.predictions.map(({ target }) => target));
  const predicted = inner.filter((place) => targets.has(used[place]!));
  return {
    allFrames: evaluateDavisSequence(annotations, results, { objects, frames: inner }),
    predictedFrames:
      predicted.length === 0 ? null : evaluateDavisSequence(annotations, results, { objects, frames: predicted }),
  };
}

/** Of a ShapeError; what comes from a thread has its code, not its class. */
const SHAPE_CODE = 'VOSVFI_SHAPE';

const noMask: Mask = { data: new Uint8Array(), width: 0, height: 0 };

/** Masks of frames; none if one is missing. */
async function readAnnotations(item: EvaluationItem, frames: readonly number[]): Promise<Mask[]> {
  const annotations: Mask[] = [];
  for (const index of frames) {
    const mask = await item.mask(index);
    if (mask === null) return [];
    annotations.push(mask);
  }
  return annotations;
}
