import type { PrepareReport } from '@vosvfi/data/prepare';
import { alignColumns } from './columns.js';

const plural = (count: number, word: string) => `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;

function histogram({ motion }: PrepareReport): string[] {
  const most = Math.max(1, ...motion.map(({ candidates }) => candidates));
  const rows = motion.map(({ from, to, candidates, taken }) => {
    const range = to === null ? `${from} and more` : `${from} to ${to}`;
    return [range, String(candidates), String(taken), ''];
  });
  const lines = alignColumns([['motion, px', 'good', 'taken', ''], ...rows], 1);
  return lines.map((line, k) => {
    const bucket = motion[k - 1];
    if (!bucket) return line;
    const width = (count: number) => Math.ceil((24 * count) / most);
    const bar = '#'.repeat(width(bucket.taken)) + '.'.repeat(width(bucket.candidates) - width(bucket.taken));
    return `${line}  ${bar}`.trimEnd();
  });
}

/** The report of a run for people. */
export function formatPrepareReport(report: PrepareReport): string {
  const { sources, dropped, candidates, overLimits, train, test, dir, dryRun } = report;
  const usable = sources.filter(({ failure }) => failure === undefined);
  const rows = usable.map(({ path, ...counts }) => [
    path,
    ...[counts.frames, counts.repeats, counts.scenes, counts.candidates, counts.taken].map(String),
  ]);
  const reasons = Object.entries(dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [`left out: ${reason}`, count.toLocaleString('en-US')]);
  return [
    ...(rows.length > 0 ? alignColumns([['source', 'frames', 'repeated', 'scenes', 'good', 'taken'], ...rows], 1) : []),
    '',
    ...alignColumns(
      [
        ['good triplets', candidates.toLocaleString('en-US')],
        ...reasons,
        ...(overLimits > 0 ? [['over the limits', overLimits.toLocaleString('en-US')]] : []),
      ],
      1,
    ),
    '',
    ...histogram(report),
    '',
    `${dryRun ? 'Would write' : 'Wrote'} ${plural(train, 'training triplet')} and ${plural(test, 'test triplet')}${dryRun ? '' : ` to ${dir}`}.`,
    ...sources.flatMap(({ failure }) => (failure === undefined ? [] : [`Not used: ${failure}`])),
    '',
  ].join('\n');
}
