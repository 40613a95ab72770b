import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { EngineId } from './engine.js';
import type { EngineFact } from './engine-facts.js';

/** What the child process is to find out. */
export interface ProbeRequest {
  readonly engine: EngineId;
  readonly speed: boolean;
}

/** What it found, or why it found nothing. */
export type ProbeAnswer = { readonly fact: EngineFact } | { readonly failure: string };

/** The program of a child process. */
export interface ProbeProgram {
  readonly file: string;
  readonly execArgv: readonly string[];
}

/** The program beside this file, both in `src` and in `dist`, and the Node.js options it needs. */
function engineProbe(): ProbeProgram {
  if (!import.meta.url.endsWith('.ts')) {
    return { file: fileURLToPath(new URL('./engine.probe.js', import.meta.url)), execArgv: [] };
  }
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const file = fileURLToPath(new URL('./engine.probe.ts', import.meta.url));
  return { file, execArgv: ['--conditions=@vosvfi/source', '--import', tsx] };
}

/** Asks a child process, which may crash or hang. */
export function runProbe(
  request: ProbeRequest,
  timeoutSeconds: number,
  { file, execArgv } = engineProbe(),
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const child = fork(file, [JSON.stringify(request)], {
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaints = '';
    child.stderr?.on('data', (chunk) => {
      complaints += chunk;
    });
    let answer: ProbeAnswer | undefined;
    const timer = setTimeout(() => {
      answer ??= { failure: `It did not answer within ${timeoutSeconds} s.` };
      child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    child.on('message', (fact) => {
      answer ??= { fact: fact as EngineFact };
      // Not left to end by itself: some libraries keep threads.
      child.kill('SIGKILL');
    });
    child.on('error', (error) => {
      answer ??= { failure: error.message };
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve(answer ?? { failure: endOf(status, signal, complaints) });
    });
  });
}

function endOf(status: number | null, signal: NodeJS.Signals | null, complaints: string): string {
  const how = signal === null ? `ended with exit code ${status}` : `crashed with ${signal}`;
  const lines = complaints.trim().split('\n');
  const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
  return said ? `Trying it ${how}: ${said.trim()}` : `Trying it ${how}.`;
}
