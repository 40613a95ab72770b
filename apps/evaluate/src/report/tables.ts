import type { EvaluationResult } from '@vosvfi/eval';
import type { Cell, Column } from '@vosvfi/report';
import { bestOf, comparisonDigits, isClear, pairsWithBoth } from './comparisons.js';
import { type Contestant, formatValue, isBest, type Metric, meanOf, metricLabel, type Value } from './values.js';

/** A table that becomes HTML or Markdown. */
export interface ReportTable {
  readonly columns: readonly Column[];
  readonly groups: readonly { readonly title?: string; readonly rows: readonly (readonly Cell[])[] }[];
}

function metricColumn(metric: Metric): Column {
  const arrow = metric.isHigherBetter ? '↑' : '↓';
  return {
    title: metric.title,
    note: [metric.unit, arrow].filter((part) => part !== '').join(' '),
    sortFrom: metric.isHigherBetter ? 'highest' : 'lowest',
  };
}

function valueCell(value: Value, metric: Metric, all: readonly Value[]): Cell {
  return { text: formatValue(value, metric.digits), sort: value, isBest: isBest(value, all, metric) };
}

function publishedCells(values: Readonly<Record<string, number>>, metrics: readonly Metric[]): Cell[] {
  return metrics.map((metric) => valueCell(values[metric.name] ?? null, metric, []));
}

function milliseconds({ millisecondsPerFrame: time }: Contestant): Cell {
  return time === null ? { text: '-', sort: null } : { text: time.toFixed(time < 10 ? 1 : 0), sort: time };
}

/** Means of all models, and beneath them the rows of published tables. */
export function summaryTable({ metrics, contestants, summary, protocol, items }: EvaluationResult): ReportTable {
  const ours = contestants.map((contestant): Cell[] => [
    contestant.title,
    ...metrics.map((metric) => {
      const all = contestants.map(({ id }) => meanOf(summary, items, id, metric.name));
      return valueCell(meanOf(summary, items, contestant.id, metric.name), metric, all);
    }),
    milliseconds(contestant),
  ]);
  const published = protocol.published
    .map(({ source, rows }) => ({
      title: `Published: ${source}`,
      rows: rows
        .filter(({ item }) => item === undefined)
        .map(({ method, values }): Cell[] => [method, ...publishedCells(values, metrics), { text: '-', sort: null }]),
    }))
    .filter(({ rows }) => rows.length > 0);
  return {
    columns: [
      { title: 'Model', isText: true },
      ...metrics.map(metricColumn),
      { title: 'Time', note: 'ms per frame', sortFrom: 'lowest' },
    ],
    groups: [published.length === 0 ? { rows: ours } : { title: 'Measured here', rows: ours }, ...published],
  };
}

/** Values that published tables have and this evaluation does not, a sentence for each table. */
export function unmatchedPublished({ metrics, protocol }: EvaluationResult): string[] {
  const known = new Set(metrics.map(({ name }) => name));
  return protocol.published.flatMap(({ source, rows }) => {
    const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((name) => !known.has(name));
    return names.length === 0 ? [] : [`${source} also gives ${names.join(', ')}, not measured here.`];
  });
}

/** Pairs of models with their differences and intervals, by metric. */
export function comparisonTable(result: EvaluationResult): ReportTable {
  const titles = new Map(result.contestants.map(({ id, title }) => [id, title]));
  const titleOf = (id: string): string => titles.get(id) ?? id;
  const groups = result.metrics.flatMap((metric) => {
    const rows = result.comparisons
      .filter((one) => one.metric === metric.name)
      .map((one): Cell[] => {
        const { first, second, difference, interval } = one;
        const digits = comparisonDigits(one, metric);
        const items = pairsWithBoth(result, one);
        const [low, high] = interval;
        return [
          `${titleOf(first)} − ${titleOf(second)}`,
          { text: signed(difference, digits), sort: difference },
          { text: `${signed(low, digits)} to ${signed(high, digits)}`, sort: low },
          { text: String(items), sort: items },
          isClear(one) ? titleOf(bestOf(one, metric)) : 'no clear difference',
        ];
      });
    return rows.length === 0 ? [] : [{ title: metricLabel(metric), rows }];
  });
  return {
    columns: [
      { title: 'Models', note: 'first − second', isText: true },
      { title: 'Difference' },
      { title: 'Interval', note: confidences(result) },
      { title: 'Items' },
      { title: 'Better', isText: true },
    ],
    groups,
  };
}

/** The confidences that intervals were made for: one, as a rule. */
function confidences({ comparisons }: EvaluationResult): string {
  const shares = new Set(comparisons.map(({ confidence }) => `${Number((confidence * 100).toFixed(2))} %`));
  return [...shares].join(', ');
}

/** A number with its sign. */
function signed(value: number, digits: number): string {
  const text = formatValue(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Items with a table for each, as their means: one row for each item and model, and what published tables say about the item. */
export function itemTable(result: EvaluationResult, items = result.items): ReportTable {
  const { metrics, contestants } = result;
  const rows = items.flatMap((item) => [
    ...contestants.map(({ id, title }): Cell[] => [
      item.id,
      title,
      { text: String(item.frames.length), sort: item.frames.length },
      ...metrics.map((metric) => {
        const all = contestants.map((other) => meanOf(item.values, [item], other.id, metric.name));
        return valueCell(meanOf(item.values, [item], id, metric.name), metric, all);
      }),
    ]),
    ...publishedOf(result, item.id).map(({ method, values }): Cell[] => [
      ...[item.id, `Published: ${method}`, { text: '-', sort: null }],
      ...publishedCells(values, metrics),
    ]),
  ]);
  return {
    columns: [
      { title: 'Item', isText: true },
      { title: 'Model', isText: true },
      { title: 'Frames' },
      ...metrics.map(metricColumn),
    ],
    groups: [{ rows }],
  };
}

/** Published rows of one item that have a value by some metric of the result. */
function publishedOf({ protocol, metrics }: EvaluationResult, id: string) {
  return protocol.published
    .flatMap(({ rows }) => rows)
    .filter(({ item, values }) => item === id && metrics.some(({ name }) => values[name] !== undefined));
}
