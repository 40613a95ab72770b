import { readFile } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';

/** Numbers of a row that a reader accepts. */
export interface RowRules {
  /** How many numbers a row may have. */
  readonly lengths: readonly number[];
  /** Number of rows; undefined for any. */
  readonly rows?: number;
}

/**
 * Reads rows of numbers divided by commas, semicolons or blanks. `nan` stands for a region that is not there.
 * @throws MediaError naming file and line if it is missing or holds something else.
 */
export async function readNumberRows(file: string, { lengths, rows }: RowRules): Promise<number[][]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MediaError(file, 'no such file, or it cannot be read.', { cause });
  }
  const lines = text.replace(/\s+$/, '').split(/\r?\n/);
  const read = text.trim() === '' ? [] : lines.map((line, i) => parseRow(file, line, i + 1, lengths));
  if (rows === undefined || read.length === rows) return read;
  throw new MediaError(file, `expected ${rows} rows, one for each frame, found ${read.length}.`);
}

function parseRow(file: string, line: string, number: number, lengths: readonly number[]): number[] {
  const values = line
    .trim()
    .split(/[\s,;]+/)
    .map((part) => (/^[+-]?nan$/i.test(part) ? Number.NaN : part === '' ? undefined : Number(part)));
  const isNumbers = values.every((value, i) => value !== undefined && (!Number.isNaN(value) || isNan(line, i)));
  if (isNumbers && lengths.includes(values.length)) return values as number[];
  throw new MediaError(
    file,
    `line ${number}: expected ${lengths.join(' or ')} numbers, found "${line.trim().slice(0, 80)}".`,
  );
}

/** Whether number `index` of a row was written as `nan`, not as something that is no number. */
function isNan(line: string, index: number): boolean {
  return /^[+-]?nan$/i.test(line.trim().split(/[\s,;]+/)[index]!);
}
