import { createInterface } from 'node:readline';
import type { HostTensor } from '@vosvfi/core';

/** A warm task: `run` is what is timed. */
export interface Task {
  readonly run: () => Promise<unknown>;
  readonly check: Readonly<Record<string, number>>;
  readonly version: string;
}

/** What both competitors must agree on for a picture: its mean and mean square. */
export function means({ data }: HostTensor): { mean: number; meanSquare: number } {
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  return { mean: sum / data.length, meanSquare: squares / data.length };
}

function say(record: object): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

/** Answers the commands of the protocol on standard input until `end`. */
export async function serve({ run, check, version }: Task): Promise<void> {
  say({ ready: true, check, version });
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, count] = line.split(' ');
    if (command === 'end') break;
    const milliseconds: number[] = [];
    for (let i = 0; i < Number(count); i++) {
      const start = performance.now();
      await run();
      milliseconds.push(performance.now() - start);
    }
    say({ milliseconds });
  }
  say({ peakRssBytes: 1024 * process.resourceUsage().maxRSS });
}
