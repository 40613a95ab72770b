import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EnvironmentError } from '@vosvfi/core';

/**
 * The file that a worker thread runs, and the Node options it needs.
 * @param caller The module that asks: a TypeScript source, or built.
 * @throws EnvironmentError in TypeScript sources without tsx, which worker threads then need.
 */
export function workerFile(
  caller: string,
  { source, built }: { readonly source: URL; readonly built: URL },
): { file: string; execArgv: string[] } {
  if (!caller.endsWith('.ts')) return { file: fileURLToPath(built), execArgv: [] };
  const file = fileURLToPath(source);
  try {
    const tsx = pathToFileURL(createRequire(caller).resolve('tsx')).href;
    return { file, execArgv: ['--conditions=@vosvfi/source', '--import', tsx] };
  } catch (cause) {
    throw new EnvironmentError('Worker threads that run from TypeScript sources need the package tsx.', {
      hint: 'Install it, build the package, or set workers to 0.',
      cause,
    });
  }
}
