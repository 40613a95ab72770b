import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { TrainingError } from '@vosvfi/core';
import type { Point } from '@vosvfi/report';
import { parse } from 'yaml';
import { z } from 'zod';
import { listPictures, type PictureStep } from '../views/picture-files.js';
import { type SessionLine, sessionLineSchema, sessionLogName } from '../views/session-log.js';

/** Curves by name. */
export type Curves = Readonly<Record<string, readonly Point[]>>;
type Of<T extends SessionLine['type']> = Extract<SessionLine, { type: T }>;

/** One start of the program, what it said about its pace, and how it ended, if it did not die. */
export interface Session {
  readonly started: Of<'started'>;
  readonly pace: readonly Of<'pace'>[];
  readonly ended?: Of<'ended'>;
}

/** What a run folder tells. */
export interface RunRecord {
  readonly name: string;
  readonly path: string;
  /** As in the file; of any version of this program. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Steps that the recipe asks for. */
  readonly steps: number;
  readonly total: readonly Point[];
  readonly terms: Curves;
  readonly learningRate: readonly Point[];
  readonly gradientNorm: readonly Point[];
  readonly validation: Curves;
  readonly skipped: readonly { readonly step: number; readonly reason: string }[];
  readonly sessions: readonly Session[];
  readonly pictures: readonly PictureStep[];
}

const value = z
  .number()
  .nullable()
  .transform((number) => number ?? Number.NaN);
const metricsLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('train'),
    step: z.number(),
    learningRate: value,
    total: value,
    terms: z.record(z.string(), value),
    gradientNorm: value,
  }),
  z.object({ type: z.literal('validation'), step: z.number() }).catchall(z.unknown()),
  z.object({ type: z.literal('skipped'), step: z.number(), reason: z.string() }),
]);

/**
 * Reads a run folder, also one that is being written: lines that are cut off or of a kind not known are passed over.
 * @throws TrainingError if there is no run in it.
 */
export async function readRun(path: string): Promise<RunRecord> {
  const recipe = await readRecipe(path);
  const metrics = await readMetrics(join(path, 'metrics.jsonl'));
  const steps = typeof recipe.steps === 'number' ? recipe.steps : (metrics.total.at(-1)?.[0] ?? 0);
  return {
    ...{ name: basename(resolve(path)), path, recipe, steps, ...metrics },
    sessions: await readSessions(join(path, sessionLogName)),
    pictures: await listPictures(path),
  };
}

async function readMetrics(file: string) {
  const single = { total: [] as Point[], learningRate: [] as Point[], gradientNorm: [] as Point[] };
  const terms: Record<string, Point[]> = {};
  const validation: Record<string, Point[]> = {};
  const skipped: { step: number; reason: string }[] = [];
  for await (const record of lines(file, metricsLineSchema)) {
    const { step } = record;
    if (record.type === 'train') {
      single.total.push([step, record.total]);
      single.learningRate.push([step, record.learningRate]);
      single.gradientNorm.push([step, record.gradientNorm]);
      for (const [name, term] of Object.entries(record.terms)) addPoint(terms, name, [step, term]);
    } else if (record.type === 'skipped') skipped.push({ step, reason: record.reason });
    else {
      for (const [name, metric] of Object.entries(record)) {
        if (name !== 'step' && typeof metric === 'number') addPoint(validation, name, [step, metric]);
      }
    }
  }
  return { ...single, terms, validation, skipped };
}

async function readRecipe(path: string): Promise<Record<string, unknown>> {
  const file = join(path, 'recipe.yaml');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TrainingError(`${path}: there is no run in this folder (recipe.yaml: ${cause.code}).`, { cause });
  });
  const recipe = z.record(z.string(), z.unknown()).safeParse(parse(text));
  if (!recipe.success) throw new TrainingError(`${file}: expected a recipe, found something else.`);
  return recipe.data;
}

async function readSessions(file: string): Promise<Session[]> {
  const sessions: { started: Of<'started'>; pace: Of<'pace'>[]; ended?: Of<'ended'> }[] = [];
  for await (const line of lines(file, sessionLineSchema)) {
    const session = sessions.at(-1);
    if (line.type === 'started') sessions.push({ started: line, pace: [] });
    else if (line.type === 'pace') session?.pace.push(line);
    else if (session !== undefined) session.ended = line;
  }
  return sessions;
}

/** The lines of a file that are JSON of a schema; none if there is no file. */
async function* lines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const parsed = schema.safeParse(parseJson(line));
    if (parsed.success) yield parsed.data;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function addPoint(curves: Record<string, Point[]>, name: string, point: Point): void {
  curves[name] ??= [];
  curves[name].push(point);
}
