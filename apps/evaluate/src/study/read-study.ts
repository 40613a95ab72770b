import { readFile } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';
import type { z } from 'zod';
import { type Answers, answersSchema, type Study, studySchema } from './study-schema.js';

async function readChecked<T>(file: string, what: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MediaError(file, 'no such file, or it cannot be read.', { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MediaError(file, `is not JSON; expected ${what}.`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the file';
  throw new MediaError(file, `is not ${what}: ${place}: ${issue?.message ?? 'unknown'}.`, { cause: parsed.error });
}

/** Reads the organizer's file of a study. @throws MediaError if it is none. */
export function readStudy(file: string): Promise<Study> {
  return readChecked(file, 'the study.json of a study', studySchema);
}

/**
 * Reads what a participant downloaded.
 * @throws MediaError if it is none, belongs to another study, or answers what the study does not ask.
 */
export async function readAnswers(file: string, study: Study): Promise<Answers> {
  const answers = await readChecked(file, "a participant's answers", answersSchema);
  if (answers.study !== study.id) {
    throw new MediaError(file, `belongs to study ${answers.study}; expected ${study.id}.`);
  }
  const trials = new Map(study.trials.map((trial) => [trial.id, trial]));
  const seen = new Set<string>();
  for (const { trial, left, right, choice } of answers.answers) {
    const pair = trials.get(trial)?.pair;
    if (pair === undefined) throw new MediaError(file, `answers trial ${trial}, which the study does not have.`);
    if (seen.has(trial)) throw new MediaError(file, `answers trial ${trial} twice.`);
    seen.add(trial);
    const isPair = (left === pair[0] && right === pair[1]) || (left === pair[1] && right === pair[0]);
    if (!isPair)
      throw new MediaError(file, `trial ${trial} shows ${left} and ${right}; expected ${pair.join(' and ')}.`);
    if (choice === 'same' && !study.canTie) {
      throw new MediaError(file, `trial ${trial}: "same" is no answer in this study.`);
    }
  }
  return answers;
}
