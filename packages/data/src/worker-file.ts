import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EnvironmentError } from '@vosvfi/core';

/**
 * The file of worker `name` beside the module at `url`, in `src` and in `dist`, and the Node options it needs.
 * @throws EnvironmentError in TypeScript sources without tsx, which worker threads then need.
 */
export function workerFile(name: string, url: string): { file: string; execArgv: string[] } {
  if (!url.endsWith('.ts')) return { file: fileURLToPath(new URL(`./${name}.worker.js`, url)), execArgv: [] };
  const file = fileURLToPath(new URL(`./${name}.worker.ts`, url));
  try {
    const tsx = pathToFileURL(createRequire(url).resolve('tsx')).href;
    return { file, execArgv: ['--conditions=@vosvfi/source', '--import', tsx] };
  } catch (cause) {
    throw new EnvironmentError('Worker threads that run from TypeScript sources need the package tsx.', {
      hint: 'Install it, build the package, or set workers to 0.',
      cause,
    });
  }
}
