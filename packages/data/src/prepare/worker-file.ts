import { workerFile } from '../worker-file.js';

/** The worker's file, beside this one both in `src` and in `dist`, and the Node options it needs. */
export function prepareWorker(): { file: string; execArgv: string[] } {
  const source = new URL('./prepare.worker.ts', import.meta.url);
  return workerFile(import.meta.url, { source, built: new URL('./prepare.worker.js', import.meta.url) });
}
