import { workerFile } from '@vosvfi/data';

/** The worker's file, beside this one both in `src` and in `dist`, and the Node options it needs. */
export function measureWorker(): { file: string; execArgv: string[] } {
  const source = new URL('./measure.worker.ts', import.meta.url);
  return workerFile(import.meta.url, { source, built: new URL('./measure.worker.js', import.meta.url) });
}
