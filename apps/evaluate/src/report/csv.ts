import type { EvaluationResult } from '@vosvfi/eval';
import { metricOf, type Value } from './values.js';

/** A field by RFC 4180: in quotes if it holds a comma, a quote or a line break. */
function field(content: string | number): string {
  const text = String(content);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** All digits; `inf` for exact predictions; empty where a metric says nothing. */
function exact(value: Value): string {
  if (value === null) return '';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

/** The result as CSV: one row for each item, model and metric. */
export function resultsCsv({ items, contestants, metrics }: EvaluationResult): string {
  const rows = items.flatMap((item) =>
    contestants.flatMap(({ id }) =>
      metrics.map(({ name }) => [item.id, id, name, item.frames.length, exact(metricOf(item.values, id, name))]),
    ),
  );
  return table([['item', 'model', 'metric', 'frames', 'value'], ...rows]);
}

/** The means as CSV: one row for each model and metric. */
export function summaryCsv({ protocol, summary, infinite, contestants, metrics }: EvaluationResult): string {
  const rows = contestants.flatMap(({ id, millisecondsPerFrame }) =>
    metrics.map(({ name, unit, average }) => [
      protocol.id,
      protocol.version,
      id,
      name,
      unit,
      average,
      exact(metricOf(summary, id, name)),
      infinite[id]?.[name] ?? 0,
      millisecondsPerFrame ?? '',
    ]),
  );
  const head = ['protocol', 'version', 'model', 'metric', 'unit', 'average', 'value', 'infinite', 'ms_per_frame'];
  return table([head, ...rows]);
}
