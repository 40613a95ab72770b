import type { EvaluationResult } from '@vosvfi/eval';
import type { Cell } from '@vosvfi/report';
import { commandOf, comparisonNote, environmentFacts, factsLine, measuredSentence, tableNotes } from './facts.js';
import { comparisonTable, itemTable, type ReportTable, summaryTable, unmatchedPublished } from './tables.js';

/** Text that Markdown leaves as it is: signs that format or link are escaped, line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#~&]/g, (sign) => (sign === '<' ? '&lt;' : sign === '&' ? '&amp;' : `\\${sign}`));
}

function cellText(cell: Cell): string {
  const { text, isBest = false } = typeof cell === 'string' ? { text: cell } : cell;
  return isBest ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
}

function line(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

/** A table with its groups one after another. */
export function markdownTable({ columns, groups }: ReportTable): string {
  const head = columns.map(({ title, note = '' }) => escapeMarkdown(note === '' ? title : `${title} (${note})`));
  const rule = columns.map(({ isText }) => (isText ? '---' : '---:'));
  const rows = groups.flatMap(({ title, rows }) => [
    ...(title === undefined ? [] : [line([`*${escapeMarkdown(title)}*`, ...columns.slice(1).map(() => '')])]),
    ...rows.map((row) => line(row.map(cellText))),
  ]);
  return [line(head), line(rule), ...rows].join('\n');
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
}

/** The report without pictures, as Markdown. */
export function markdownReport(result: EvaluationResult): string {
  const { protocol, contestants, comparisons } = result;
  const published = protocol.published.flatMap(({ source, differences }) => [
    `- ${escapeMarkdown(source)}: ${differences.length === 0 ? 'no difference in protocol is known.' : escapeMarkdown(differences.join(' '))}`,
  ]);
  const unmatched = unmatchedPublished(result);
  const command = commandOf(result)?.replace(/\s+/g, ' ');
  const fence = '`'.repeat(Math.max(3, ...[...(command ?? '').matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const parts = [
    `# ${escapeMarkdown(protocol.title)}`,
    `${escapeMarkdown(protocol.description)} Protocol \`${protocol.id}\`, version ${protocol.version}. ${measuredSentence(result)}`,
    ...(protocol.deviations.length === 0 ? [] : ['**This is not the whole protocol:**', list(protocol.deviations)]),
    '## Results',
    markdownTable(summaryTable(result)),
    list([...tableNotes(result), ...unmatched]),
    ...(published.length === 0 ? [] : ['### How published tables differ from this protocol', published.join('\n')]),
    ...(comparisons.length === 0
      ? []
      : ['## Comparisons', markdownTable(comparisonTable(result)), escapeMarkdown(comparisonNote(result))]),
    '## Items',
    markdownTable(itemTable(result)),
    '## Models',
    list(contestants.map(({ id, title, kind, facts }) => `${title} (${kind} ${id}): ${factsLine(facts)}`)),
    '## How to do it again',
    ...(command === undefined ? [] : [`${fence}sh\n${command}\n${fence}`]),
    list(environmentFacts(result).map(([name, value]) => `${name}: ${value}`)),
  ];
  return `${parts.join('\n\n')}\n`;
}
