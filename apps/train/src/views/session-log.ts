import { appendFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineDescription } from '@vosvfi/runtime';
import { z } from 'zod';
import { isLogged, type RunView, type ViewOptions } from './run-view.js';
import { createSink } from './sink.js';

/** Name in a run folder. */
export const sessionLogName = 'sessions.jsonl';

/**
 * A line of `sessions.jsonl`: what differs between two runs of one recipe, and so is not in `metrics.jsonl`. A session is
 * one start of the program: its machine, the pace of its steps, its end (absent if it was killed).
 */
export const sessionLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    /** ISO 8601. */
    time: z.string(),
    /** Steps done before. */
    step: z.number(),
    engine: z.object({
      engine: z.string(),
      library: z.string(),
      version: z.string(),
      device: z.string(),
      threads: z.number().optional(),
    }),
    node: z.string(),
    version: z.string(),
    platform: z.string(),
    processor: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
  }),
  z.object({
    type: z.literal('pace'),
    step: z.number(),
    /** Since the session's first step began, pauses left out. */
    seconds: z.number(),
    secondsPerStep: z.number(),
    samplesPerSecond: z.number(),
    dataWaitShare: z.number(),
    residentBytes: z.number(),
  }),
  z.object({
    type: z.literal('ended'),
    time: z.string(),
    status: z.enum(['completed', 'interrupted', 'failed']),
    /** What went wrong, or why it ended early. */
    message: z.string().optional(),
  }),
]);
/** A checked line. */
export type SessionLine = z.output<typeof sessionLineSchema>;

/** Characters that wait for a disk that does not answer; what comes on top is left out. */
const mostPending = 1 << 20;

/** Writes {@link SessionLine}s. */
export function createSessionLog(options: ViewOptions, engine: EngineDescription, version: string): RunView {
  const sink = createSink({ name: sessionLogName, onWarning: options.onWarning });
  let pending = '';
  const write = (line: SessionLine): void => {
    if (pending.length > mostPending) return;
    const isQueued = pending !== '';
    pending += `${JSON.stringify(line)}\n`;
    if (isQueued) return;
    sink.add(async () => {
      const text = pending;
      pending = '';
      await appendFile(join(options.runFolder, sessionLogName), text);
    });
  };
  const started = performance.now() / 1000;
  let paused = 0;
  write({
    type: 'started',
    time: new Date().toISOString(),
    step: options.step,
    engine: { ...engine },
    node: process.version,
    version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
  });
  return {
    event: (event) => {
      if (event.type === 'continued') paused += event.pausedSeconds;
      if (event.type !== 'progress' || !isLogged(event, options.logEvery)) return;
      const { step, secondsPerStep, dataWaitShare } = event;
      write({
        type: 'pace',
        step,
        seconds: performance.now() / 1000 - started - paused,
        secondsPerStep,
        samplesPerSecond: secondsPerStep > 0 ? options.batchSize / secondsPerStep : 0,
        dataWaitShare,
        residentBytes: process.memoryUsage.rss(),
      });
    },
    idle: () => sink.idle(),
    end: async (end) => {
      const message = end.status === 'failed' ? end.message : end.summary.reason;
      const why = message === undefined ? {} : { message };
      write({ type: 'ended', time: new Date().toISOString(), status: end.status, ...why });
      await sink.idle();
    },
  };
}
