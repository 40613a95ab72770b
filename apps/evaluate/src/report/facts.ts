import type { EvaluationResult } from '@vosvfi/eval';
import { metricLabel } from './values.js';

/** What stands above the tables: how much was measured. */
export function measuredSentence({ items, contestants }: EvaluationResult): string {
  const frames = items.reduce((sum, item) => sum + item.frames.length, 0);
  const count = (number: number, one: string, many: string): string =>
    `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  return `${count(contestants.length, 'model', 'models')}, ${count(items.length, 'item', 'items')}, ${count(frames, 'predicted frame', 'predicted frames')} each.`;
}

/** What the numbers of the tables mean, a sentence each. */
export function tableNotes({ metrics, infinite, contestants }: EvaluationResult): string[] {
  const means = (average: string): string[] => metrics.filter((metric) => metric.average === average).map(metricLabel);
  const [byFrame, bySequence, byObject] = [means('per-frame'), means('per-sequence'), means('per-object')];
  const titles = new Map(contestants.map(({ id, title }) => [id, title]));
  const exact = Object.entries(infinite).flatMap(([model, counts]) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(
        ([metric, count]) =>
          `${titles.get(model) ?? model}: ${count} ${count === 1 ? 'frame' : 'frames'} of infinite ${metrics.find(({ name }) => name === metric)?.title ?? metric} (exact predictions) in no mean.`,
      ),
  );
  return [
    'Arrows point to the better direction; the best value of a column is bold.',
    ...(byFrame.length === 0 ? [] : [`Mean over all frames: ${byFrame.join('; ')}.`]),
    ...(bySequence.length === 0 ? [] : [`Mean of the sequences' means: ${bySequence.join('; ')}.`]),
    ...(byObject.length === 0 ? [] : [`Mean over all objects of all sequences: ${byObject.join('; ')}.`]),
    ...exact,
  ];
}

/** How the intervals of comparisons were made. */
export function comparisonNote({ comparisons }: EvaluationResult): string {
  const [first] = comparisons;
  if (first === undefined) return '';
  return `Differences are first minus second. Paired percentile bootstrap over items, ${first.resamples.toLocaleString('en')} resamples. An interval that holds 0 does not tell the two apart.`;
}

/** Names and values, for the end of the report: the machine, and what identifies each model. */
export function environmentFacts({ environment }: EvaluationResult): [string, string][] {
  return Object.entries(environment).map(([name, value]) => [name, value === null ? '-' : String(value)]);
}

/** What identifies a model, in one line. */
export function factsLine(facts: EvaluationResult['contestants'][number]['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${value === null ? '-' : String(value)}`)
    .join(', ');
}
