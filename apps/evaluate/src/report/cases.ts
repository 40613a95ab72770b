import type { EvaluationResult } from '@vosvfi/eval';
import { type Metric, metricOf, type Value } from './values.js';

/** A frame with pictures and its values. */
export interface PicturedFrame {
  readonly item: string;
  readonly name: string;
  readonly t: number;
  readonly picture: EvaluationResult['pictures'][number];
  readonly values: EvaluationResult['summary'];
}

/** Frames that tell most. */
export interface TellingCases {
  readonly metric: Metric;
  readonly worst: readonly PicturedFrame[];
  readonly best: readonly PicturedFrame[];
  /** Where models differ most; empty for a single model. */
  readonly disputed: readonly PicturedFrame[];
}

/** The metric that cases are ranked by: PSNR if it was measured, else the first that every frame has. */
function rankingMetric({ metrics, items, contestants }: EvaluationResult): Metric | undefined {
  const isPerFrame = ({ name }: Metric): boolean =>
    items.some(({ frames }) =>
      frames.some(({ values }) => contestants.some(({ id }) => metricOf(values, id, name) !== null)),
    );
  const usable = metrics.filter(isPerFrame);
  return usable.find(({ name }) => name === 'psnr') ?? usable[0];
}

/** Chooses among the frames that have pictures; no frame is in two lists. */
export function tellingCases(result: EvaluationResult, count: number): TellingCases | undefined {
  const metric = rankingMetric(result);
  if (metric === undefined) return undefined;
  const ranked = picturedFrames(result)
    .map((frame) => ({ frame, scores: scoresOf(frame, metric) }))
    .filter(({ scores }) => scores.length > 0)
    .map(({ frame, scores }) => ({
      frame,
      mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      spread: Math.max(...scores) - Math.min(...scores),
    }))
    .sort((a, b) => (metric.isHigherBetter ? a.mean - b.mean : b.mean - a.mean));
  const worst = ranked.slice(0, Math.min(count, Math.ceil(ranked.length / 2)));
  const rest = ranked.slice(worst.length);
  const split = Math.max(0, rest.length - Math.min(count, Math.max(1, Math.floor(ranked.length / 4))));
  const [middle, best] = [rest.slice(0, split), rest.slice(split).reverse()];
  const disputed = result.contestants.length < 2 ? [] : middle.sort((a, b) => b.spread - a.spread).slice(0, count);
  const frames = (list: typeof ranked): PicturedFrame[] => list.map(({ frame }) => frame);
  return { metric, worst: frames(worst), best: frames(best), disputed: frames(disputed) };
}

function picturedFrames({ pictures, items }: EvaluationResult): PicturedFrame[] {
  return pictures.flatMap((picture) => {
    const frame = items.find(({ id }) => id === picture.item)?.frames.find(({ index }) => index === picture.index);
    return frame === undefined
      ? []
      : [{ item: picture.item, name: frame.name, t: frame.t, picture, values: frame.values }];
  });
}

/** An exact prediction is better than any other: it counts as 100 (dB, or whatever the unit) where values are infinite. */
const scoreOfExact = 100;

function scoresOf({ values, picture }: PicturedFrame, { name }: Metric): number[] {
  return Object.keys(picture.predictions)
    .map((model): Value => metricOf(values, model, name))
    .filter((value): value is number => value !== null && !Number.isNaN(value))
    .map((value) => (Number.isFinite(value) ? value : scoreOfExact));
}
