import { z } from 'zod';

/**
 * What a competitor (a process) says, one JSON object a line: `ready` when it is warm, then an answer to each command.
 * Commands are lines on its standard input: `run N` and, last, `end`.
 */
export const readySchema = z.strictObject({
  ready: z.literal(true),
  /** Numbers that both competitors must agree on. */
  check: z.record(z.string(), z.number()),
  /** What ran. */
  version: z.string(),
});

/** The answer to `run N`: how long each of the N runs took. */
export const timesSchema = z.strictObject({ milliseconds: z.array(z.number()) });

/** The answer to `end`. */
export const endSchema = z.strictObject({ peakRssBytes: z.number() });

/** What a competitor says when it is warm. */
export type Ready = z.infer<typeof readySchema>;
