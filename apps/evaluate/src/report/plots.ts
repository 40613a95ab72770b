import type { EvaluationResult } from '@vosvfi/eval';
import {
  dotLegend,
  dotPlot,
  escapeText,
  legend,
  lineChart,
  type Point,
  type Series,
  seriesColors,
} from '@vosvfi/report';
import { verdict } from './comparisons.js';
import { type Metric, metricLabel, metricOf } from './values.js';

/** Sequences that get curves of their own; a page with thousands would not open. */
const mostCurves = 60;
/** Items that get a row of dots each; more are drawn as curves of sorted values. */
const mostRows = 60;

/** Frames whose values get shapes of their own in curves. */
const mostShapes = 40;

/** Name and color of every model, the same in all plots. */
function modelSeries({ contestants }: EvaluationResult): { id: string; name: string; color: string }[] {
  return contestants.map(({ id, title }, i) => ({
    id,
    name: title,
    color: seriesColors[i % seriesColors.length] as string,
  }));
}

/** One panel for each metric with something to show; where the page's script runs, one at a time. */
export function metricPanels(name: string, panels: readonly (readonly [Metric, string])[]): string {
  const shown = panels.filter(([, content]) => content !== '');
  const sections = shown.map(
    ([metric, content]) =>
      `<section class="panel" data-title="${escapeText(metric.title)}"><h3>${escapeText(metricLabel(metric))}</h3>${content}</section>`,
  );
  return `<div class="panels" id="${name}">${sections.join('\n')}</div>`;
}

/** The means of every item, models in one plot. */
export function itemPlot(result: EvaluationResult, metric: Metric): string {
  const series = modelSeries(result);
  const valued = result.items.filter(({ values }) =>
    series.some(({ id }) => isFiniteValue(metricOf(values, id, metric.name))),
  );
  if (valued.length === 0) return '';
  const title = `${metricLabel(metric)} of every item`;
  const note = undrawnNote(result, metric);
  if (valued.length > mostRows) return card(legend(series.map(asLine)) + note, sortedCurves(result, metric, title));
  const rows = valued.map(({ id, values }) => ({
    label: id,
    marks: series.flatMap((one, i) => {
      const value = metricOf(values, one.id, metric.name);
      return isFiniteValue(value) ? [{ series: i, value }] : [];
    }),
  }));
  return card(dotLegend(series) + note, dotPlot({ title, xLabel: metricLabel(metric), series, rows }));
}

/** Who has no dot or curve at all, because every value is infinite or missing. */
function undrawnNote({ contestants, items }: EvaluationResult, { name }: Metric): string {
  const missing = contestants.filter(
    ({ id }) => !items.some(({ values }) => isFiniteValue(metricOf(values, id, name))),
  );
  if (missing.length === 0) return '';
  const names = missing.map(({ title }) => title).join(', ');
  return `<p class="small">Not drawn, for want of finite values: ${escapeText(names)}.</p>`;
}

function sortedCurves(result: EvaluationResult, metric: Metric, title: string): string {
  const series = modelSeries(result).map(({ id, name, color }): Series => {
    const values = result.items.map((item) => metricOf(item.values, id, metric.name)).filter(isFiniteValue);
    values.sort((a, b) => a - b);
    return { name, color, points: values.map((value, i): Point => [((i + 0.5) / values.length) * 100, value]) };
  });
  return lineChart({ title, xLabel: 'share of items at or below, %', yLabel: metricLabel(metric), series });
}

/** Curves over the frames of each sequence, models overlaid. Empty if sequences have a single frame. */
export function frameCurves(result: EvaluationResult, metric: Metric): string {
  const models = modelSeries(result);
  const charts = result.items.flatMap(({ id: item, frames }) => {
    if (frames.length < 2) return [];
    const series = models.map(({ id, name, color }): Series => {
      const points = frames.map(({ index, values }): Point => [index, metricOf(values, id, metric.name) ?? Number.NaN]);
      return { name, color, points: points.filter(([, y]) => Number.isFinite(y)) };
    });
    if (series.every(({ points }) => points.length === 0)) return [];
    const chart = lineChart({
      title: `${metricLabel(metric)} over the frames of ${item}`,
      xLabel: 'frame',
      yLabel: metricLabel(metric),
      series,
      hasShapes: frames.length <= mostShapes,
    });
    return [`<section class="card"><h4>${escapeText(item)}</h4>${chart}</section>`];
  });
  if (charts.length === 0) return '';
  const rest =
    charts.length > mostCurves
      ? `<p class="small">The first ${mostCurves} of ${charts.length} sequences; all values are in results.json.</p>`
      : '';
  return `${dotLegend(models)}${rest}<div class="charts">${charts.slice(0, mostCurves).join('\n')}</div>`;
}

/** Differences of pairs of models with their intervals; empty if this metric was not compared. */
export function comparisonPlot(result: EvaluationResult, metric: Metric): string {
  const { comparisons, contestants } = result;
  const pairs = comparisons.filter((one) => one.metric === metric.name);
  if (pairs.length === 0) return '';
  const titles = new Map(contestants.map(({ id, title }) => [id, title]));
  const unit = metric.unit === '' ? '' : `, ${metric.unit}`;
  const side = metric.isHigherBetter ? 'Right' : 'Left';
  const rows = pairs.map(({ first, second, difference, interval }) => ({
    label: `${titles.get(first) ?? first} − ${titles.get(second) ?? second}`,
    marks: [{ series: 0, value: difference, interval }],
  }));
  const series = [{ name: metric.title, color: seriesColors[0] as string }];
  const verdicts = pairs.map((pair) => `<li>${escapeText(verdict(result, pair, metric))}</li>`);
  const plot = card(
    `<p class="small">${side} of 0 the first is better.</p>`,
    dotPlot({
      title: `Differences in ${metricLabel(metric)}`,
      xLabel: `difference${unit}`,
      series,
      rows,
      reference: 0,
    }),
  );
  return `<div class="verdicts"><ul>${verdicts.join('')}</ul>${plot}</div>`;
}

function asLine({ name, color }: { readonly name: string; readonly color: string }): Series {
  return { name, color, points: [] };
}

function card(head: string, plot: string): string {
  return `<section class="card plot">${head}${plot}</section>`;
}

function isFiniteValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
