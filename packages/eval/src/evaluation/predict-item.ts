import { ConfigError, type Frame, ShapeError } from '@vosvfi/core';
import { quantizeFrame, requireFrame } from '../metrics/samples.js';
import type { Contestant, ItemPredictor } from './contestant.js';
import type { EvaluationItem, Prediction } from './item.js';

/** A frame that was predicted. */
export interface PredictedFrame {
  readonly prediction: Prediction;
  readonly frame: Frame;
  /** Time that predicting took. */
  readonly milliseconds: number;
}

/** What predicting needs. */
export interface PredictOptions {
  /** Round to 8 bits; else contestants are given float frames, so that they predict such. */
  readonly quantize: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Predicts the frames of an item, in the item's order. Predicted frames are kept as long as others are made from them.
 * @throws ShapeError for a prediction of another size than the true frame; MediaError for one that holds NaN; what the
 * contestant throws.
 */
export async function* predictItem(
  item: EvaluationItem,
  contestant: Pick<Contestant, 'id'>,
  predictor: ItemPredictor,
  { quantize, signal }: PredictOptions,
): AsyncGenerator<PredictedFrame, void, undefined> {
  const lastUse = new Map(item.predictions.flatMap(({ from }, i) => from.map((index) => [index, i] as const)));
  const given = new Set(item.given);
  const made = new Map<number, Frame>();
  const source = async (index: number): Promise<Frame> => {
    if (given.has(index)) {
      const frame = await item.frame(index);
      return quantize ? frame : floatFrame(frame);
    }
    const frame = made.get(index);
    if (frame !== undefined) return frame;
    throw new ConfigError(
      `predictions of ${item.id}`,
      `frame ${index} is neither given nor predicted before it is used.`,
    );
  };
  for (const [i, prediction] of item.predictions.entries()) {
    signal?.throwIfAborted();
    const pair = [await source(prediction.from[0]), await source(prediction.from[1])] as const;
    const start = performance.now();
    const output = await predictor.predict(prediction, pair);
    const milliseconds = performance.now() - start;
    checkPrediction(output, pair[0], `${contestant.id}'s frame ${item.frameName(prediction.target)} of ${item.id}`);
    const frame = quantize ? quantizeFrame(output) : output;
    if ((lastUse.get(prediction.target) ?? -1) > i) made.set(prediction.target, frame);
    for (const index of made.keys()) if (lastUse.get(index)! <= i) made.delete(index);
    yield { prediction, frame, milliseconds };
  }
}

function checkPrediction(frame: Frame, { width, height }: Frame, name: string): void {
  requireFrame(name, frame);
  if (frame.width === width && frame.height === height) return;
  throw new ShapeError(name, `${width}x${height} as the given frames`, `${frame.width}x${frame.height}`);
}

function floatFrame(frame: Frame): Frame {
  if (frame.data instanceof Float32Array) return frame;
  return { ...frame, data: Float32Array.from(frame.data, (value) => value / 255) };
}

/**
 * Indices of the frames that a viewer sees, ascending: those that are given or predicted, and those after the last of them,
 * which no prediction reaches (the last frame of an even number, where every other one is predicted).
 */
export function shownIndices({ frameCount, given, predictions }: EvaluationItem): number[] {
  const used = new Set([...given, ...predictions.map(({ target }) => target)]);
  for (let index = Math.max(...used) + 1; index < frameCount; index++) used.add(index);
  return [...used].sort((a, b) => a - b);
}

/** A frame of an item as it is shown: given, or predicted. */
export interface ShownItemFrame {
  readonly index: number;
  readonly frame: Frame;
  readonly isPredicted: boolean;
}

/** The frames of an item as a viewer sees them, in their order; those that are both given and predicted are predicted. */
export async function* inOrder(
  item: EvaluationItem,
  predicted: AsyncIterable<PredictedFrame>,
): AsyncGenerator<ShownItemFrame, void, undefined> {
  const targets = new Set(item.predictions.map(({ target }) => target));
  const waiting = new Map<number, Frame>();
  const predictions = predicted[Symbol.asyncIterator]();
  try {
    for (const index of shownIndices(item)) {
      if (!targets.has(index)) {
        yield { index, frame: await item.frame(index), isPredicted: false };
        continue;
      }
      while (!waiting.has(index)) {
        const next = await predictions.next();
        if (next.done) throw new ConfigError(`predictions of ${item.id}`, `frame ${index} was not predicted.`);
        waiting.set(next.value.prediction.target, next.value.frame);
      }
      yield { index, frame: waiting.get(index)!, isPredicted: true };
      waiting.delete(index);
    }
    // The rest of the loop of whoever predicts.
    while (!(await predictions.next()).done);
  } finally {
    await predictions.return?.();
  }
}
