import { type ChartOptions, type Point, type Series, seriesColors } from '@vosvfi/report';
import { metricTitle } from '../metrics/metric-facts.js';
import type { RunRecord } from './read-run.js';
import { overTime, wallTimes } from './wall-time.js';

/** A chart; if `scales` is `both`, a reader can choose between a linear and a logarithmic axis. */
export interface RunChart {
  readonly options: ChartOptions;
  readonly scales: 'linear' | 'both';
}

const xLabel = 'step';

/** Charts of one run, or of several in one: then each run is a curve. Charts without any point are left out. */
export function runCharts(runs: readonly RunRecord[]): RunChart[] {
  const [only] = runs;
  const marks = runs.length === 1 && only !== undefined ? only.skipped.map(({ step }) => step) : [];
  const charts: RunChart[] = [
    { options: chart('Loss', '', runs, ({ total }) => total, true), scales: 'both' },
    ...termCharts(runs),
    ...metricNames(runs).map((name): RunChart => {
      return {
        options: chart(`Validation: ${metricTitle(name)}`, '', runs, ({ validation }) => validation[name]),
        scales: 'linear',
      };
    }),
    ...(runs.length > 1 ? timeCharts(runs) : []),
    { options: chart('Learning rate', '', runs, ({ learningRate }) => learningRate), scales: 'both' },
    { options: chart('Gradient norm', 'before clipping', runs, (run) => run.gradientNorm, true), scales: 'both' },
    { options: chart('Time of a step', 'seconds', runs, (run) => pace(run, 'secondsPerStep')), scales: 'linear' },
    {
      options: chart('Waiting for data', 'percent', runs, (run) => percent(pace(run, 'dataWaitShare'))),
      scales: 'linear',
    },
    { options: chart('Memory', 'GiB', runs, (run) => gibibytes(pace(run, 'residentBytes'))), scales: 'linear' },
  ];
  return charts
    .map(({ options, scales }) => ({ options: { ...options, marks }, scales }))
    .filter(({ options }) => options.series.some(({ points }) => points.some(([, y]) => Number.isFinite(y))));
}

/** Names of the metrics of any run. */
export function metricNames(runs: readonly RunRecord[]): string[] {
  return [...new Set(runs.flatMap(({ validation }) => Object.keys(validation)))];
}

function chart(
  title: string,
  yLabel: string,
  runs: readonly RunRecord[],
  pick: (run: RunRecord) => readonly Point[] | undefined,
  isNoisy = false,
): ChartOptions {
  return { title, xLabel, yLabel, series: runs.map((run, i) => series(run.name, i, pick(run) ?? [], isNoisy)) };
}

function series(name: string, index: number, points: readonly Point[], isNoisy: boolean): Series {
  const color = seriesColors[index % seriesColors.length] as string;
  // A mean over a thirtieth of the curve, so that its course is seen through the noise of single batches.
  const smooth = isNoisy ? Math.max(1, Math.min(50, Math.round(points.length / 30))) : 1;
  return { name, color, points, smooth };
}

/** One run: its terms in one chart. Several: a chart for each term. */
function termCharts(runs: readonly RunRecord[]): RunChart[] {
  const names = [...new Set(runs.flatMap(({ terms }) => Object.keys(terms)))];
  const [run] = runs;
  if (runs.length === 1 && run !== undefined) {
    const curves = names.map((name, i) => series(name, i, run.terms[name] ?? [], true));
    return [{ options: { title: 'Terms of the loss', xLabel, yLabel: '', series: curves }, scales: 'both' }];
  }
  return names.map((name) => {
    return { options: chart(`Term: ${name}`, '', runs, ({ terms }) => terms[name], true), scales: 'both' };
  });
}

/** What each run had reached after the same time: the fair comparison where steps differ in cost. */
function timeCharts(runs: readonly RunRecord[]): RunChart[] {
  const times = runs.map((run) => wallTimes(run));
  const longest = Math.max(0, ...times.map((one) => one.at(-1)?.[1] ?? 0));
  const [unit, seconds] = longest < 2 * 3600 ? (['minutes', 60] as const) : (['hours', 3600] as const);
  return metricNames(runs).map((name) => {
    const pick = (run: RunRecord): Point[] =>
      overTime(run.validation[name] ?? [], times[runs.indexOf(run)] ?? []).map(([time, value]) => [
        time / seconds,
        value,
      ]);
    const options = chart(`Validation over time: ${metricTitle(name)}`, '', runs, pick);
    return { options: { ...options, xLabel: unit }, scales: 'linear' };
  });
}

function pace({ sessions }: RunRecord, key: 'secondsPerStep' | 'dataWaitShare' | 'residentBytes'): Point[] {
  return sessions
    .flatMap((session, i) => {
      const repeatedFrom = sessions[i + 1]?.started.step ?? Number.POSITIVE_INFINITY;
      return session.pace.filter(({ step }) => step <= repeatedFrom);
    })
    .map((line) => [line.step, line[key]]);
}

function percent(points: readonly Point[]): Point[] {
  return points.map(([x, y]) => [x, 100 * y]);
}

function gibibytes(points: readonly Point[]): Point[] {
  return points.map(([x, y]) => [x, y / 2 ** 30]);
}
