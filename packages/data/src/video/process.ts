import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { MediaError } from '@vosvfi/core';

/** How a child process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  /** The last of what it wrote to standard error, trimmed. */
  readonly log: string;
}

/** A running program: argument array, no shell. */
export interface RunningProcess {
  readonly child: ChildProcess;
  /** Settles when the process has ended and its pipes are closed. @throws whatever kept it from starting. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the process, if it still runs, and waits for that. */
  kill(): Promise<void>;
}

const LOG_LENGTH = 8000;

/** Starts a program with pipes on all three standard streams. */
export function startProcess(path: string, args: readonly string[]): RunningProcess {
  // A group of its own: Ctrl-C is for the parent, which ends its children in its own order.
  const detached = process.platform !== 'win32';
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, detached });
  let log = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    log = (log + text).slice(-LOG_LENGTH);
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, log: log.trim() }));
  // Whoever waits gets the error; nobody may be waiting when the process is killed.
  ended.catch(() => {});
  return {
    child,
    ended,
    async kill() {
      child.kill('SIGKILL');
      // The process counts as ended only when its pipes are closed, which unread output would prevent.
      child.stdout.destroy();
      child.stdin.destroy();
      await ended.catch(() => {});
    },
  };
}

/** Runs a program to its end and gives its standard output, line by line. @throws what `check` throws on the end. */
export async function* processLines(
  path: string,
  args: readonly string[],
  check: (end: ProcessEnd) => void,
): AsyncGenerator<string, void, undefined> {
  const running = startProcess(path, args);
  try {
    running.child.stdin!.end();
    const output = running.child.stdout!;
    output.setEncoding('utf8');
    let rest = '';
    for await (const text of output) {
      const lines = (rest + String(text)).split(/\r?\n/);
      rest = lines.pop()!;
      for (const line of lines) if (line !== '') yield line;
    }
    if (rest !== '') yield rest;
    check(await running.ended);
  } finally {
    await running.kill();
  }
}

/** The last line of a log that says something, without the address that ffmpeg prints before it. */
export function lastMessage(log: string, file: string): string {
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== '');
  const last = (lines.at(-1) ?? 'no message').replace(/^\[[^\]]* @ 0x[0-9a-f]+\] */, '');
  return last.replace(`file:${file}: `, '').replace(`${file}: `, '').trim();
}

/** The error for a program that failed on a file. */
export function processError(program: string, file: string, { code, log }: ProcessEnd): MediaError {
  return new MediaError(file, `${program} failed with exit status ${code ?? 'none'}: ${lastMessage(log, file)}`, {
    cause: new Error(log),
  });
}
