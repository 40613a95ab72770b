import { readFile } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';
import { type EvaluationResult, evaluationResultSchema } from '@vosvfi/eval';

/**
 * Reads the result file of an evaluation.
 * @throws MediaError if it is missing, no JSON, or not of the form that this version writes.
 */
export async function readResult(file: string): Promise<EvaluationResult> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MediaError(file, 'no such file, or it cannot be read.', { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MediaError(file, 'is not JSON; expected the results.json of `vosvfi evaluate`.', { cause });
  }
  const parsed = evaluationResultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the file';
  throw new MediaError(file, `is no result of an evaluation: ${place}: ${issue?.message ?? 'unknown'}.`, {
    cause: parsed.error,
  });
}
