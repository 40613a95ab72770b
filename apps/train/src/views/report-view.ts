import type { PictureCache } from '../report/pictures.js';
import { reportFileOf, writeRunReport } from '../report/run-report.js';
import type { RunView, ViewOptions } from './run-view.js';
import { createSink } from './sink.js';

/** After a report, none is written for so many times the time that it took. */
const restShare = 20;

/**
 * Writes the run's `report.html` after each validation and at the end, out of what the other views have written.
 * @param others resolves when these have written what they were told so far.
 */
export function createReportView({ runFolder, onWarning }: ViewOptions, others: () => Promise<void>): RunView {
  const sink = createSink({ name: 'report.html', limit: 2, onWarning });
  const cache: PictureCache = new Map();
  let isWaiting = false;
  let notBefore = 0;
  const write = (): void => {
    // One report that is yet to begin will show all there is by then.
    if (isWaiting) return;
    isWaiting = true;
    sink.add(async () => {
      isWaiting = false;
      await others();
      const begin = performance.now();
      await writeRunReport([runFolder], reportFileOf(runFolder), cache);
      const end = performance.now();
      notBefore = end + restShare * (end - begin);
    });
  };
  return {
    event: (event) => {
      if (event.type === 'validation' && performance.now() >= notBefore) write();
    },
    idle: () => sink.idle(),
    end: async () => {
      write();
      await sink.idle();
    },
  };
}
