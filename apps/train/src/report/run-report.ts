import { join } from 'node:path';
import { writeFileAtomically } from '@vosvfi/core';
import { escapeText, renderPage } from '@vosvfi/report';
import { runCharts } from './charts.js';
import { keyFigures, runTable, statusOf } from './numbers.js';
import { runScript, runStyle } from './page-parts.js';
import { type PictureCache, sampleStories } from './pictures.js';
import { type RunRecord, readRun } from './read-run.js';
import {
  chartCards,
  factList,
  pictureSection,
  recipeSection,
  sessionSection,
  skippedSection,
  table,
} from './sections.js';

/** Name in a run folder. */
export const reportName = 'report.html';

/**
 * Writes a page about one run, or one that compares several. It is one file that needs nothing else.
 * @param cache pictures of an earlier call, so that they are not read again.
 * @throws TrainingError if a folder holds no run.
 */
export async function writeRunReport(
  runFolders: readonly string[],
  file: string,
  cache: PictureCache = new Map(),
): Promise<void> {
  const runs: RunRecord[] = [];
  for (const folder of runFolders) runs.push(await readRun(folder));
  const named = withDistinctNames(runs);
  const pictured: { run: RunRecord; stories: Awaited<ReturnType<typeof sampleStories>> }[] = [];
  for (const run of named) pictured.push({ run, stories: await sampleStories(run, cache) });
  const charts = runCharts(named);
  const body = [
    header(named),
    charts.length === 0
      ? '<p>Nothing has been measured yet.</p>'
      : `<section><h2>Curves</h2>${await chartCards(charts)}</section>`,
    pictureSection(pictured),
    skippedSection(named),
    sessionSection(named),
    recipeSection(named),
  ].join('\n');
  const title = named.map(({ name }) => name).join(', ');
  await writeFileAtomically(file, renderPage({ title, body, script: runScript, style: runStyle }));
}

/** The report's place in the folder of its run. */
export function reportFileOf(runFolder: string): string {
  return join(runFolder, reportName);
}

function header(runs: readonly RunRecord[]): string {
  const [run] = runs;
  if (runs.length === 1 && run !== undefined) {
    return `<header><h1>${escapeText(run.name)}</h1><p class="lead">${escapeText(statusOf(run))}</p>${factList(keyFigures(run))}</header>`;
  }
  const { head, rows } = runTable(runs);
  const statuses = runs.map((one) => `<li>${escapeText(`${one.name}: ${statusOf(one)}`)}</li>`);
  return `<header><h1>${runs.length} runs compared</h1><ul>${statuses.join('')}</ul>${table(head, rows)}
<p class="small">Metrics are those of the last validation, with the best one in brackets where that is another. Steps of two runs may differ in cost: the charts over time show what was reached after equal time.</p></header>`;
}

/** Runs in folders of one name are told apart by more of their paths. */
function withDistinctNames(runs: readonly RunRecord[]): RunRecord[] {
  const names = runs.map(({ name }) => name);
  return runs.map((run) => (names.filter((name) => name === run.name).length > 1 ? { ...run, name: run.path } : run));
}
