import type { EvaluationResult } from '@vosvfi/eval';
import type { Cell } from '@vosvfi/report';
import { type ReportTable, summaryTable } from './tables.js';

const signs: Readonly<Record<string, string>> = {
  ...{ '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' },
  ...{ '↑': '$\\uparrow$', '↓': '$\\downarrow$', '∞': '$\\infty$', '−': '$-$' },
};

/** Text as LaTeX prints it: signs that mean something to LaTeX are escaped, arrows and infinity are its own. */
export function escapeLatex(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\~^&%#_{}$↑↓∞−]/g, (sign) => signs[sign] ?? `\\${sign}`);
}

function cellText(cell: Cell): string {
  const { text, isBest = false } = typeof cell === 'string' ? { text: cell } : cell;
  return isBest ? `\\textbf{${escapeLatex(text)}}` : escapeLatex(text);
}

function line(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`;
}

/** A table with its groups one after another, in the style of booktabs. */
export function latexTable({ columns, groups }: ReportTable): string {
  const head = columns.map(({ title, note = '' }) => escapeLatex(note === '' ? title : `${title} (${note})`));
  const rows = groups.flatMap(({ title, rows }) => [
    '\\midrule',
    ...(title === undefined ? [] : [line([`\\multicolumn{${columns.length}}{l}{\\emph{${escapeLatex(title)}}}`])]),
    ...rows.map((row) => line(row.map(cellText))),
  ]);
  const places = columns.map(({ isText }) => (isText ? 'l' : 'r')).join('');
  return [`\\begin{tabular}{${places}}`, '\\toprule', line(head), ...rows, '\\bottomrule', '\\end{tabular}'].join('\n');
}

/** The means, and the published rows beneath, for a paper; what differs from the protocol is said in comments. */
export function latexSummary(result: EvaluationResult): string {
  const { id, version, deviations, published } = result.protocol;
  const remarks = [
    'Needs \\usepackage{booktabs}. Bold: the best of the models measured here.',
    `Protocol ${id}, version ${version}.`,
    ...deviations,
    ...published.flatMap(({ source, differences }) => differences.map((difference) => `${source}: ${difference}`)),
  ];
  return `${remarks.map((remark) => `% ${remark.replace(/\s+/g, ' ')}`).join('\n')}\n${latexTable(summaryTable(result))}\n`;
}
