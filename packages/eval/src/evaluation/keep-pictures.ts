import { join } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import { writeFrame, writeMask } from '@vosvfi/data';
import type { Contestant } from './contestant.js';
import type { EvaluationItem, Prediction } from './item.js';
import { predictItem } from './predict-item.js';
import type { Protocol } from './protocol-schema.js';
import type { EvaluationResult } from './result-schema.js';
import { meanOverItems } from './summarize.js';

/** Whose pictures are kept. */
export interface KeepPicturesOptions {
  /** The result's folder; pictures go into `pictures` in it. */
  readonly folder: string;
  /** Worst items. Default 3. */
  readonly worst?: number;
  /** Best items. Default 1; one in the middle is always kept. */
  readonly best?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A frame that shows how good a result is. */
interface Case {
  readonly item: EvaluationItem;
  readonly prediction: Prediction;
}

/**
 * Saves a frame of the worst items, of the one in the middle and of the best by the first metric (mean over the
 * contestants): the true picture, all predictions, which are made again, and the mask. Of a worst item the worst frame is
 * kept, of others the one closest to the item's mean.
 * @returns the result with these pictures.
 */
export async function keepPictures(
  result: EvaluationResult,
  { quantize }: Pick<Protocol, 'quantize'>,
  items: readonly EvaluationItem[],
  contestants: readonly Contestant[],
  { folder, worst = 3, best = 1, signal }: KeepPicturesOptions,
): Promise<EvaluationResult> {
  const pictures: EvaluationResult['pictures'] = [];
  for (const { item, prediction } of chooseCases(result, items, worst, best)) {
    const { target } = prediction;
    const stem = `pictures/${item.id.replaceAll(/[^\w.-]/g, '_')}-${item.frameName(target).replaceAll(/[^\w.-]/g, '_')}`;
    const predictions: Record<string, string> = {};
    for (const contestant of contestants) {
      const file = `${stem}-${contestant.id.replaceAll(/[^\w.-]/g, '_')}.png`;
      await writeFrame(join(folder, file), await predictOne(item, prediction, contestant, { quantize, signal }));
      predictions[contestant.id] = file;
    }
    const truth = `${stem}.png`;
    await writeFrame(join(folder, truth), await item.frame(target));
    const labels = await item.mask(target);
    const mask = labels && `${stem}.mask.png`;
    if (labels && mask) await writeMask(join(folder, mask), labels);
    pictures.push({ item: item.id, index: target, truth, predictions, mask });
  }
  return { ...result, pictures };
}

function chooseCases(
  { metrics, items: results }: EvaluationResult,
  items: readonly EvaluationItem[],
  worst: number,
  best: number,
): Case[] {
  const { name, isHigherBetter } = metrics[0]!;
  const sign = isHigherBetter ? 1 : -1;
  const scored = results
    .map(({ values, frames }, i) => ({ item: items[i]!, frames, score: overContestants(values, name) }))
    .filter((entry): entry is typeof entry & { score: number } => entry.score !== null)
    .sort((a, b) => sign * (a.score - b.score));
  const last = scored.length - 1;
  const places = [...scored.keys()].filter(
    (place) => place < worst || place > last - best || place === Math.floor(last / 2),
  );
  return places.map((place) => {
    const { item, frames, score } = scored[place]!;
    const distance = (value: number): number => (place < worst ? sign * value : Math.abs(value - score));
    const closest = frames
      .map(({ index, values }) => ({ index, value: overContestants(values, name) }))
      .filter((frame): frame is { index: number; value: number } => frame.value !== null)
      .sort((a, b) => distance(a.value) - distance(b.value))[0];
    const { predictions } = item;
    const prediction = predictions.find(({ target }) => target === closest?.index);
    return { item, prediction: prediction ?? predictions[Math.floor(predictions.length / 2)]! };
  });
}

/** Mean over the contestants of finite values. */
function overContestants(values: EvaluationResult['items'][number]['values'], name: string): number | null {
  return meanOverItems(
    Object.values(values).map((own) => {
      const value = own[name];
      return value === null || value === undefined || !Number.isFinite(value) ? null : { value, weight: 1 };
    }),
  );
}

/** One frame of an item, and of the others only those that it is made from. */
async function predictOne(
  item: EvaluationItem,
  wanted: Prediction,
  contestant: Contestant,
  options: { readonly quantize: boolean; readonly signal: AbortSignal | undefined },
) {
  const part = { ...item, predictions: predictionsFor(item, wanted) };
  const predictor = await contestant.open(part);
  try {
    for await (const { prediction, frame } of predictItem(part, contestant, predictor, options)) {
      if (prediction === wanted) return frame;
    }
    throw new ConfigError(`predictions of ${item.id}`, `frame ${wanted.target} was not predicted.`);
  } finally {
    await predictor.close();
  }
}

/** A prediction after those that it needs. */
function predictionsFor(
  { given, predictions }: Pick<EvaluationItem, 'given' | 'predictions'>,
  wanted: Prediction,
): Prediction[] {
  const needed = wanted.from
    .filter((index) => !given.includes(index))
    .flatMap((index) => predictions.filter(({ target }) => target === index))
    .flatMap((prediction) => predictionsFor({ given, predictions }, prediction));
  return [...new Set([...needed, wanted])];
}
