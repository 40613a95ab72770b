import type { ContestResult, Side } from './contest.js';
import type { Row } from './row.js';

/** Outcome of one row, as it is stored. */
export interface RowResult extends ContestResult {
  readonly id: string;
  readonly title: string;
  readonly limit: number;
}

/** The results as a Markdown table. */
export function markdownTable(results: readonly RowResult[]): string {
  const lines = results.map(({ title, limit, ours, peer, ratio, roundRatios }) => {
    const spread = `${Math.min(...roundRatios).toFixed(2)}..${Math.max(...roundRatios).toFixed(2)}`;
    const cells = [
      title,
      time(ours),
      time(peer),
      ratio.toFixed(3),
      spread,
      limit.toFixed(2),
      memory(ours),
      memory(peer),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| row | ours | against | ratio | over rounds | aim | peak memory, ours | against |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

/** A row and its outcome together. */
export function rowResult({ id, title, limit }: Row, result: ContestResult): RowResult {
  return { id, title, limit, ...result };
}

function time({ medianMilliseconds, name }: Side): string {
  return `${medianMilliseconds.toFixed(0)} ms (${name})`;
}

function memory({ peakRssBytes }: Side): string {
  return `${(peakRssBytes / 2 ** 20).toFixed(0)} MiB`;
}
