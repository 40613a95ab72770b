import { workerFile } from './worker-file.js';

/** The worker's file, beside this one both in `src` and in `dist`, and the Node options it needs. */
export function batchWorker(): { file: string; execArgv: string[] } {
  return workerFile('batch', import.meta.url);
}
