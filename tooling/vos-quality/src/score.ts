import type { Mask } from '@vosvfi/core';
import { evaluateDavisSequence, summarizeDavis } from '@vosvfi/eval';

/** Means over the objects and measured frames of a sequence. */
export interface Score {
  readonly j: number;
  readonly f: number;
  readonly jAndF: number;
}

/** J and F of every `every`-th frame but the first and the last. */
export function scoreSequence(truth: readonly Mask[], results: readonly Mask[], every: number): Score {
  const frames = truth.map((_, index) => index).filter((i) => i > 0 && i < truth.length - 1 && i % every === 0);
  const { jaccard, boundary, jAndF } = summarizeDavis([evaluateDavisSequence(truth, results, { frames })]);
  return { j: jaccard.mean, f: boundary.mean, jAndF };
}

/** Mean over sequences. */
export function meanScore(scores: readonly Score[]): Score {
  const mean = (value: (score: Score) => number) => scores.reduce((sum, s) => sum + value(s), 0) / scores.length;
  return { j: mean(({ j }) => j), f: mean(({ f }) => f), jAndF: mean(({ jAndF }) => jAndF) };
}

/** A table with one row for each sequence and one group of columns for each method. */
export function markdownTable(rows: readonly { name: string; scores: readonly Score[] }[], methods: readonly string[]) {
  const number = (value: number) => value.toFixed(3);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const header = methods.flatMap((method) => [`${method} J`, 'F', 'J&F']);
  const mean = { name: 'mean', scores: methods.map((_, k) => meanScore(rows.map(({ scores }) => scores[k]!))) };
  return [
    line(['sequence', ...header]),
    line(['---', ...header.map(() => '---:')]),
    ...[...rows, mean].map(({ name, scores }) =>
      line([name, ...scores.flatMap(({ j, f, jAndF }) => [number(j), number(f), number(jAndF)])]),
    ),
  ].join('\n');
}
