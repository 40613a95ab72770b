import type { Point } from '@vosvfi/report';
import { formatSeconds } from '../format-duration.js';
import { bestPoint, digits, metricTitle } from '../metrics/metric-facts.js';
import { metricNames } from './charts.js';
import type { RunRecord } from './read-run.js';
import { totalSeconds } from './wall-time.js';

/** Steps done, as far as the metrics tell. */
export function stepsDone({ total, skipped, validation }: RunRecord): number {
  const ends = [total, ...Object.values(validation)].map((points) => points.at(-1)?.[0] ?? 0);
  return Math.max(0, ...ends, skipped.at(-1)?.step ?? 0);
}

/** How the run stands, in words. */
export function statusOf(run: RunRecord): string {
  const done = `${stepsDone(run)} of ${run.steps} steps`;
  const last = run.sessions.at(-1)?.ended;
  if (last === undefined) return `${done}, running or killed`;
  if (last.status === 'failed') return `failed after ${done}: ${last.message ?? 'no reason given'}`;
  const why = last.message === undefined ? '' : `: ${last.message}`;
  return last.status === 'completed' ? `completed, ${done}${why}` : `interrupted after ${done}`;
}

/** A figure and what it is. */
export type Fact = readonly [name: string, text: string];

/** The figures of one run that are looked for first. */
export function keyFigures(run: RunRecord): Fact[] {
  const metrics = metricNames([run]).flatMap((name): Fact[] => {
    const points = run.validation[name] ?? [];
    const [last, best] = [points.at(-1), bestPoint(name, points)];
    if (last === undefined || best === undefined) return [];
    const note = best[0] === last[0] ? 'the best' : `best ${digits(best[1])}, step ${best[0]}`;
    return [[`${metricTitle(name)} (${note})`, digits(last[1])]];
  });
  const last = run.total.at(-1);
  const pace = run.sessions.at(-1)?.pace.at(-1);
  return [
    ...metrics,
    ...(last === undefined ? [] : [['loss', digits(last[1])] as const]),
    ...(pace === undefined
      ? []
      : ([
          ['training time', formatSeconds(totalSeconds(run.sessions))],
          ['seconds per step', digits(pace.secondsPerStep)],
          ['waiting for data', `${(100 * pace.dataWaitShare).toFixed(1)} %`],
        ] as const)),
    ['steps left out', String(run.skipped.length)],
  ];
}

/** Head and rows of the table of all runs: last values, best ones in brackets where they differ. */
export function runTable(runs: readonly RunRecord[]): { readonly head: string[]; readonly rows: string[][] } {
  const names = metricNames(runs);
  return {
    head: ['run', 'steps', ...names.map(metricTitle), 'loss', 's/step', 'time', 'data', 'left out'],
    rows: runs.map((run) => {
      const pace = run.sessions.at(-1)?.pace.at(-1);
      return [
        run.name,
        String(stepsDone(run)),
        ...names.map((name) => lastAndBest(name, run.validation[name] ?? [])),
        digits(run.total.at(-1)?.[1] ?? Number.NaN),
        pace === undefined ? '-' : digits(pace.secondsPerStep),
        pace === undefined ? '-' : formatSeconds(totalSeconds(run.sessions)),
        pace === undefined ? '-' : `${(100 * pace.dataWaitShare).toFixed(1)} %`,
        String(run.skipped.length),
      ];
    }),
  };
}

function lastAndBest(name: string, points: readonly Point[]): string {
  const [last, best] = [points.at(-1), bestPoint(name, points)];
  if (last === undefined || best === undefined) return '-';
  return best[0] === last[0] ? digits(last[1]) : `${digits(last[1])} (${digits(best[1])})`;
}
