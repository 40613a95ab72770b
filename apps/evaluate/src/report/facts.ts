import type { EvaluationResult } from '@vosvfi/eval';
import { metricLabel, metricOf } from './values.js';

/** What stands above the tables: how much was measured. */
export function measuredSentence({ items, contestants }: EvaluationResult): string {
  const frames = items.reduce((sum, item) => sum + item.frames.length, 0);
  const count = (number: number, one: string, many: string): string =>
    `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  return `${count(contestants.length, 'model', 'models')}, ${count(items.length, 'item', 'items')}, ${count(frames, 'predicted frame', 'predicted frames')} each.`;
}

/** What the numbers of the tables mean, a sentence each. */
export function tableNotes(result: EvaluationResult): string[] {
  const { metrics, infinite, contestants } = result;
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
    ...skippedNotes(result),
  ];
}

/** Frames without a value of metrics that look at frames, a sentence for each metric. */
function skippedNotes({ metrics, contestants, items }: EvaluationResult): string[] {
  const frames = items.flatMap((item) => item.frames);
  return metrics.flatMap(({ name, title }) => {
    const counts = contestants.map(
      ({ id }) => frames.filter(({ values }) => metricOf(values, id, name) === null).length,
    );
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    // Metrics that look at whole sequences have no values of frames at all.
    if (most === 0 || fewest === frames.length) return [];
    const range = fewest === most ? String(most) : `${fewest} to ${most}`;
    return [
      `${title}: ${range} of ${frames.length} frames have no value (as those without a mask) and are in no mean.`,
    ];
  });
}

/** Below this, resampled items are too much alike. */
const fewItems = 10;

/** How the intervals of comparisons were made. */
export function comparisonNote({ comparisons, items }: EvaluationResult): string {
  const [first] = comparisons;
  if (first === undefined) return '';
  const caution =
    items.length < fewItems ? ` With ${items.length} items they come out too narrow: take them as a hint.` : '';
  return `Differences are first minus second. Intervals: paired percentile bootstrap over items, ${first.resamples.toLocaleString('en')} resamples.${caution} Where an interval holds 0, the choice of items may explain the difference.`;
}

/** Names of facts for people; others are shown as they are called. */
const factNames: Readonly<Record<string, string>> = {
  vosvfi: 'VOSVFI',
  node: 'Node',
  dataSha256: 'SHA-256 of the data',
};

/** Names and values of versions, data and machine. The command is not among them: it has a place of its own. */
export function environmentFacts({ environment }: EvaluationResult): [string, string][] {
  return Object.entries(environment)
    .filter(([name]) => name !== 'command')
    .map(([name, value]) => [factNames[name] ?? name, value === null ? '-' : String(value)]);
}

/** The command that makes the result again; undefined where none is known. */
export function commandOf({ environment: { command } }: EvaluationResult): string | undefined {
  return typeof command === 'string' ? command : undefined;
}

/** What identifies a model, in one line. */
export function factsLine(facts: EvaluationResult['contestants'][number]['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${value === null ? '-' : String(value)}`)
    .join(', ');
}
