import { join } from 'node:path';
import type { Reporter } from '../reporter.js';
import { loadStudy } from './load.js';
import { runStudy } from './run.js';
import { formatMarkdown } from './table.js';

/** What `vosvfi train --study` is run with. */
export interface StudyCommandOptions {
  readonly file: string;
  /** Default: `runs/` and the study's name. */
  readonly folder?: string | undefined;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** How the results are written to stdout at the end. */
  readonly out: 'text' | 'json';
}

/** Runs a study and prints its table; sets exit code 130 if it was interrupted. */
export async function runStudyCommand({ file, folder, signal, reporter, out }: StudyCommandOptions): Promise<void> {
  const loaded = await loadStudy(file);
  const studyFolder = folder ?? join('runs', loaded.study.name);
  const { status, results } = await runStudy(loaded, {
    folder: studyFolder,
    signal,
    onWarning: (message) => reporter.warn(message),
    onEvent: (event) => {
      if (event.type === 'train') reporter.event(event.event);
      if (event.type === 'stage') reporter.note(`${event.text}.`);
      if (event.type === 'run') {
        reporter.note(`Run ${event.index} of ${event.total}: ${event.variant}, seed ${event.seed} (${event.folder})`);
      }
    },
  });
  if (status === 'interrupted') {
    reporter.note(`Interrupted. Run the same command again to go on. Folder: ${studyFolder}`);
    process.exitCode = 130;
    return;
  }
  process.stdout.write(
    out === 'json' ? `${JSON.stringify({ type: 'results', ...results })}\n` : formatMarkdown(results),
  );
  reporter.note(`Results: ${join(studyFolder, 'results.md')}, results.csv, results.json`);
}
