import { markdownTable } from '../report/markdown.js';
import type { ReportTable } from '../report/tables.js';
import type { Preference, StudyAnalysis } from './analyze.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const range = ([low, high]: readonly [number, number]): string =>
  `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;

function cells({ first, second, firstWins, secondWins, ties, winRate, exact, wilson, pValue }: Preference): string[] {
  const votes = [first, second, String(firstWins), String(secondWins), String(ties)];
  if (winRate === null) return [...votes, '-', '-', '-', '-'];
  return [...votes, percent(winRate), range(exact), range(wilson), pValue < 0.0001 ? '< 0.0001' : pValue.toFixed(4)];
}

const columns = [
  { title: 'First', isText: true },
  { title: 'Second', isText: true },
  { title: 'First wins' },
  { title: 'Second wins' },
  { title: 'Ties' },
  { title: 'Win rate of the first' },
  { title: 'Clopper-Pearson 95 %' },
  { title: 'Wilson 95 %' },
  { title: 'p' },
];

function pairTable({ pairs }: StudyAnalysis): ReportTable {
  return { columns, groups: [{ rows: pairs.map(cells) }] };
}

function clipTable({ clips }: StudyAnalysis): ReportTable {
  const rows = clips.map(({ name, ...one }) => [name, ...cells(one)]);
  return { columns: [{ title: 'Clip', isText: true }, ...columns], groups: [{ rows }] };
}

function participantTable({ participants }: StudyAnalysis): ReportTable {
  return {
    columns: [{ title: 'Participant', isText: true }, { title: 'Checks passed' }, { title: 'Counted', isText: true }],
    groups: [
      {
        rows: participants.map(({ participant, passed, checks, isExcluded }) => [
          participant,
          `${passed} of ${checks}`,
          isExcluded ? 'no' : 'yes',
        ]),
      },
    ],
  };
}

/** What the tables rest on, a sentence each. */
function notes({ participants, minimumPassed, sides, unanswered }: StudyAnalysis): string[] {
  const excluded = participants.filter(({ isExcluded }) => isExcluded).length;
  return [
    `${participants.length} ${participants.length === 1 ? 'participant' : 'participants'}, ${excluded} excluded for passing less than ${percent(minimumPassed)} of the attention checks.`,
    `Votes for the left clip: ${sides.left}, for the right one: ${sides.right}. Pairs without an answer: ${unanswered}.`,
    'Win rates and intervals leave ties out and take votes as independent; votes of one participant are alike, so that true intervals are wider.',
  ];
}

/** The analysis as a Markdown file. */
export function analysisMarkdown(analysis: StudyAnalysis): string {
  const parts = [
    `# ${analysis.title.replace(/\s+/g, ' ')}`,
    `Question: ${analysis.question.replace(/\s+/g, ' ')}`,
    markdownTable(pairTable(analysis)),
    notes(analysis)
      .map((note) => `- ${note}`)
      .join('\n'),
    '## Clips',
    markdownTable(clipTable(analysis)),
    '## Participants',
    markdownTable(participantTable(analysis)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The analysis for a terminal. */
export function analysisText(analysis: StudyAnalysis): string {
  const tables = [pairTable(analysis), clipTable(analysis), participantTable(analysis)].map(plainTable);
  return `${analysis.title}\n${analysis.question}\n\n${tables.join('\n\n')}\n\n${notes(analysis).join('\n')}\n`;
}

function plainTable({ columns: heads, groups }: ReportTable): string {
  const rows = groups.flatMap(({ rows }) =>
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.text))),
  );
  const all = [heads.map(({ title }) => title), ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((text, column) =>
          heads[column]?.isText ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
