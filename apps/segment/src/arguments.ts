import { InvalidArgumentError } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { type PlacedMask, parseRational, type Rational } from '@vosvfi/data';

/** A whole number in an option. */
export function parseWhole(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** A number in an option. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** `25`, `23.976` or `30000/1001`. */
export function parseRate(text: string): Rational {
  if (/^\d+([./]\d+)?$/.test(text) && !/^[0./]+$/.test(text)) return parseRational(text);
  throw new InvalidArgumentError('Expected frames a second, such as 25 or 30000/1001.');
}

/** `480` or `full`, which is undefined. */
export function parseSide(text: string): number | undefined {
  if (text === 'full') return undefined;
  const side = parseWhole(text);
  if (side >= 16) return side;
  throw new InvalidArgumentError('Expected the pixels of the shorter side, at least 16, or "full".');
}

/** Gathers the values of an option that is given several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/**
 * What `--mask` and `--mask-frame` say: one file for the first frame or a folder, as it is; or files for frames.
 * @throws ConfigError if the values do not go together.
 */
export function placedMasks(values: readonly string[], maskFrame: number | undefined): string | PlacedMask[] {
  const placed = values.map((value) => /^(\d+)=(.+)$/s.exec(value));
  const [first] = values;
  const isPlain = placed.every((match) => match === null);
  if (isPlain && values.length === 1) return maskFrame === undefined ? first! : [{ frame: maskFrame, file: first! }];
  if (maskFrame !== undefined) {
    throw new ConfigError('--mask-frame', 'goes with one --mask FILE; otherwise give --mask FRAME=FILE for each.');
  }
  return values.map((value, i) => {
    const [, frame, file] = placed[i] ?? [];
    if (file !== undefined) return { frame: Number(frame), file };
    throw new ConfigError('--mask', `several are given: expected FRAME=FILE, such as 0=${value}, found ${value}.`);
  });
}
