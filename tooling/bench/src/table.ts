import type { ContestResult, Side } from './contest.js';
import type { Row } from './row.js';

/** Outcome of one row, as it is stored. */
export interface RowResult extends ContestResult {
  readonly id: string;
  readonly title: string;
  readonly limit: number;
  readonly memoryLimit?: number;
  readonly group?: string;
}

/** The results as a Markdown table. */
export function markdownTable(results: readonly RowResult[]): string {
  const lines = results.map(({ title, limit, memoryLimit, group, ours, peer, ratio, roundRatios }) => {
    const spread = `${Math.min(...roundRatios).toFixed(2)}..${Math.max(...roundRatios).toFixed(2)}`;
    const cells = [
      title,
      time(ours),
      time(peer),
      ratio.toFixed(3),
      spread,
      group === undefined ? limit.toFixed(2) : '',
      memory(ours),
      memory(peer),
      (ours.peakRssBytes / peer.peakRssBytes).toFixed(2),
      memoryLimit === undefined ? '' : memoryLimit.toFixed(2),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| row | ours | against | ratio | over rounds | aim | peak memory, ours | against | ratio | aim |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
    ...groupLines(results),
  ].join('\n');
}

/** One line for each group of rows: the geometric mean of their ratios, and the least and largest. */
function groupLines(results: readonly RowResult[]): string[] {
  const groups = new Set(results.flatMap(({ group }) => group ?? []));
  return [...groups].map((group) => {
    const members = results.filter((result) => result.group === group);
    const ratios = members.map(({ ratio }) => ratio);
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    const spread = `${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}`;
    const aim = (members[0] as RowResult).limit.toFixed(2);
    return `| geometric mean of ${ratios.length} ${group} | | | ${mean.toFixed(3)} | ${spread} | ${aim} | | | | |`;
  });
}

/** A row and its outcome together. */
export function rowResult({ id, title, limit, memoryLimit, group, pixels }: Row, result: ContestResult): RowResult {
  const scale = pixels === undefined ? 1 : pixels.peer / pixels.ours;
  return {
    id,
    title,
    limit,
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(group !== undefined && { group }),
    ...result,
    ratio: result.ratio * scale,
    roundRatios: result.roundRatios.map((ratio) => ratio * scale),
  };
}

function time({ medianMilliseconds, name }: Side): string {
  return `${medianMilliseconds.toFixed(medianMilliseconds < 100 ? 1 : 0)} ms (${name})`;
}

function memory({ peakRssBytes }: Side): string {
  return `${(peakRssBytes / 2 ** 20).toFixed(0)} MiB`;
}
