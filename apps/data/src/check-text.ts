import type { CheckReport, Finding } from '@vosvfi/data/check';
import { alignColumns } from './columns.js';

/** The findings of each kind, errors first, the most frequent kind first. */
function groupByCode(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.code, [...(groups.get(finding.code) ?? []), finding]);
  const rank = ([first]: readonly Finding[]) => (first?.severity === 'error' ? 0 : 1);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.length - a.length);
}

/**
 * The report of a check for people.
 * @param limit findings of a kind that are shown; 0 for all.
 */
export function formatCheckReport(report: CheckReport, limit: number): string {
  const { triplets, errors, warnings, clean, dir } = report;
  const groups = groupByCode(report.findings);
  const rows = groups.flatMap((group) =>
    (limit === 0 ? group : group.slice(0, limit)).map(({ severity, code, file, message }) => [
      severity,
      code,
      file,
      message,
    ]),
  );
  const hidden = groups
    .filter((group) => limit > 0 && group.length > limit)
    .map((group) => `... and ${group.length - limit} more of ${group[0]!.code} (--limit 0 shows all)`);
  const kept = clean.train.length + clean.test.length;
  return [
    ...alignColumns(rows, 4),
    ...hidden,
    ...(rows.length > 0 ? [''] : []),
    `${dir}: ${triplets} triplets, ${errors} errors, ${warnings} warnings; ` +
      `${clean.train.length} of the training and ${clean.test.length} of the test list (${kept}) have no error.`,
    '',
  ].join('\n');
}
