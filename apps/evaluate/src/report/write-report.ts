import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '@vosvfi/core';
import { resultsCsv, summaryCsv } from './csv.js';
import { latexSummary } from './latex.js';
import { markdownReport } from './markdown.js';
import { renderEvaluation } from './page.js';
import { readResult } from './read-result.js';

/**
 * Writes everything a result becomes: results.json (a copy, unless it is there already), results.csv, summary.csv,
 * summary.tex, report.md and report.html, which needs no other file.
 * @param resultFile the results.json of an evaluation; its pictures are found relative to it.
 * @returns the paths written.
 * @throws MediaError if the result or one of its pictures cannot be read.
 */
export async function writeReport(resultFile: string, folder: string): Promise<string[]> {
  const result = await readResult(resultFile);
  const page = await renderEvaluation(result, dirname(resolve(resultFile)));
  await mkdir(folder, { recursive: true });
  const copy = join(folder, 'results.json');
  const files: (readonly [string, string | Uint8Array])[] = [
    ...(resolve(copy) === resolve(resultFile) ? [] : [[copy, await readFile(resultFile)] as const]),
    [join(folder, 'results.csv'), resultsCsv(result)],
    [join(folder, 'summary.csv'), summaryCsv(result)],
    [join(folder, 'summary.tex'), latexSummary(result)],
    [join(folder, 'report.md'), markdownReport(result)],
    [join(folder, 'report.html'), page],
  ];
  for (const [file, content] of files) await writeFileAtomically(file, content);
  return files.map(([file]) => file);
}
