import { join } from 'node:path';
import { writeFileAtomically } from '@vosvfi/core';
import { writeRunReport } from '../report/run-report.js';
import type { StudyResults } from './results.js';
import { formatCsv, formatMarkdown } from './table.js';

/** Writes `results.json`, `results.md` and `results.csv` into a study's folder. */
export async function writeResults(folder: string, results: StudyResults): Promise<void> {
  await writeFileAtomically(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFileAtomically(join(folder, 'results.md'), formatMarkdown(results));
  await writeFileAtomically(join(folder, 'results.csv'), formatCsv(results));
}

/** Writes `curves.html`: curves of the finished runs of the study's first seed, one a variant. */
export async function writeCurves(folder: string, runFolders: readonly string[]): Promise<void> {
  if (runFolders.length > 0) await writeRunReport(runFolders, join(folder, 'curves.html'));
}
