import { workerFile } from './worker-file.js';

/** The worker's file, beside this one both in `src` and in `dist`, and the Node options it needs. */
export function batchWorker(): { file: string; execArgv: string[] } {
  const source = new URL('./batch.worker.ts', import.meta.url);
  return workerFile(import.meta.url, { source, built: new URL('./batch.worker.js', import.meta.url) });
}
