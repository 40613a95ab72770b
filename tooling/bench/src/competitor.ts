import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EnvironmentError } from '@vosvfi/core';
import type { z } from 'zod';
import { endSchema, type Ready, readySchema, timesSchema } from './protocol.js';

/** How to start a competitor. */
export interface CompetitorCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** A competitor that is warm and waits. */
export interface Competitor {
  readonly name: string;
  readonly ready: Ready;
  /** Runs `count` times, one after another; milliseconds of each. */
  run(count: number): Promise<number[]>;
  /** Ends the process; its peak resident memory in bytes. */
  end(): Promise<number>;
  /** Ends the process at once. */
  kill(): void;
}

/**
 * Starts a process and waits until it is warm.
 * @throws EnvironmentError if it cannot be started, ends early or says something else.
 */
export async function startCompetitor({ name, program, args }: CompetitorCommand): Promise<Competitor> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new EnvironmentError(`${name}: cannot run ${program}.`, { cause })));
  });
  // Awaited only while an answer is due.
  failed.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(schema: z.ZodType<T>): Promise<T> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new EnvironmentError(`${name}: the process ended early${exitOf(child)}.`);
    return schema.parse(JSON.parse(value));
  };
  const ready = await answer(readySchema);
  return {
    name,
    ready,
    run: async (count) => {
      child.stdin.write(`run ${count}\n`);
      return (await answer(timesSchema)).milliseconds;
    },
    end: async () => {
      child.stdin.write('end\n');
      const { peakRssBytes } = await answer(endSchema);
      child.stdin.end();
      return peakRssBytes;
    },
    kill: () => {
      child.kill();
    },
  };
}

function exitOf({ exitCode, signalCode }: ChildProcess): string {
  return exitCode === null && signalCode === null ? '' : ` (${signalCode ?? `exit code ${exitCode}`})`;
}
