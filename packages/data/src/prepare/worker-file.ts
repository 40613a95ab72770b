import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EnvironmentError } from '@vosvfi/core';

/** The worker's file, beside this one both in `src` and in `dist`, and the Node options it needs. */
export function prepareWorker(): { file: string; execArgv: string[] } {
  if (!import.meta.url.endsWith('.ts')) {
    return { file: fileURLToPath(new URL('./prepare.worker.js', import.meta.url)), execArgv: [] };
  }
  const file = fileURLToPath(new URL('./prepare.worker.ts', import.meta.url));
  try {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    return { file, execArgv: ['--conditions=@vosvfi/source', '--import', tsx] };
  } catch (cause) {
    throw new EnvironmentError('Worker threads that run from TypeScript sources need the package tsx.', {
      hint: 'Install it, build the package, or set workers to 0.',
      cause,
    });
  }
}
