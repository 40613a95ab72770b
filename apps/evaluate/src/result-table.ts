import type { EvaluationResult } from '@vosvfi/eval';

type Row = readonly string[];

/** The result as tables for people: means of all models, and for each the sequences. */
export function formatResult(result: EvaluationResult): string {
  const { protocol, metrics, contestants, summary, items } = result;
  const header = ['', ...metrics.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`)), 'ms'];
  const rows = contestants.map(({ id, millisecondsPerFrame }) => [
    id,
    ...metrics.map(({ name, digits }) => cell(summary[id]?.[name], digits)),
    cell(millisecondsPerFrame, 0),
  ]);
  const frames = items.reduce((sum, item) => sum + item.frames.length, 0);
  const lines = [
    `${protocol.title} (${protocol.id}, version ${protocol.version}): ${counted(items.length, 'item')}${frames === 0 ? '' : `, ${counted(frames, 'frame')}`}`,
    ...protocol.deviations.map((deviation) => `Note: ${deviation}`),
    '',
    ...align([['mean', ...header.slice(1)], ...rows]),
    ...sequenceLines(result),
    ...infiniteLines(result),
    ...comparisonLines(result),
  ];
  return `${lines.join('\n')}\n`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Items as rows where there are few enough to read. */
const MOST_ITEMS = 100;

function sequenceLines({ metrics, contestants, items }: EvaluationResult): string[] {
  if (items.length < 2 || items.length > MOST_ITEMS) return [];
  return contestants.flatMap(({ id }) => [
    '',
    ...align([
      [id, ...metrics.map(({ name }) => name)],
      ...items.map((item) => [item.id, ...metrics.map(({ name, digits }) => cell(item.values[id]?.[name], digits))]),
    ]),
  ]);
}

function infiniteLines({ infinite }: EvaluationResult): string[] {
  const counts = Object.entries(infinite).flatMap(([id, values]) =>
    Object.entries(values).map(
      ([metric, count]) =>
        `${id}, ${metric}: ${count === 1 ? '1 infinite value is' : `${count} infinite values are`} in no mean.`,
    ),
  );
  return counts.length === 0 ? [] : ['', ...counts];
}

function comparisonLines({ comparisons, metrics }: EvaluationResult): string[] {
  if (comparisons.length === 0) return [];
  const rows = comparisons.map(({ metric, first, second, difference, interval }) => {
    const digits = metrics.find(({ name }) => name === metric)?.digits ?? 2;
    const [low, high] = interval.map((value) => value.toFixed(digits));
    return [`${first} - ${second}`, metric, difference.toFixed(digits), `${low} .. ${high}`];
  });
  return ['', ...align([['difference', 'metric', 'mean', `${100 * comparisons[0]!.confidence} %`], ...rows])];
}

function cell(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '-' : value.toFixed(digits);
}

/** Columns of equal width, the first flush left; a rule below the header. */
function align(rows: readonly Row[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0]!, widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)];
}
