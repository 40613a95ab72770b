import { CommanderError } from '@commander-js/extra-typings';
import { ConfigError, VosvfiError } from '@vosvfi/core';
import { createProgram } from './program.js';

/** 0 is success, 1 a failure, 2 a wrong use: unknown flags, missing arguments, invalid values. */
export type ExitCode = 0 | 1 | 2;

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof ConfigError || (VosvfiError.isInstance(error) && error.code === 'VOSVFI_CONFIG') ? 2 : 1;
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (VosvfiError.isInstance(error)) return { code: error.code, message: error.message };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'UNEXPECTED', message: `${message} (unexpected; --debug shows where)` };
}

/** To stderr: one line for a person, one JSON object with `--json`; the stack only with `--debug`. */
function report(error: unknown, args: readonly string[]): void {
  // Commander has written its own message.
  if (error instanceof CommanderError) return;
  const { code, message } = describe(error);
  const text = args.includes('--json') ? JSON.stringify({ error: { code, message } }) : `Error: ${message}`;
  process.stderr.write(`${text}\n`);
  if (args.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/**
 * Runs `vosvfi` with `args` (without node and script). Errors are written to stderr, not thrown.
 * @returns the exit code; a command may have set `process.exitCode` itself (130 when interrupted).
 */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  try {
    const program = await createProgram(args);
    // It may stand anywhere; commands do not know it.
    const known = args.filter((argument) => argument !== '--debug');
    await program.parseAsync(known, { from: 'user' });
    return 0;
  } catch (error) {
    report(error, args);
    return exitCodeOf(error);
  }
}
