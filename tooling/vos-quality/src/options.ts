import { InvalidArgumentError } from '@commander-js/extra-typings';

/** @throws InvalidArgumentError unless `text` is a whole number from 1 on. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** @throws InvalidArgumentError unless `text` is a number in (0, 4]. */
export function scaleFactor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 4)) throw new InvalidArgumentError('Expected a number above 0, at most 4.');
  return value;
}

/** `NAME=VALUE` as a pair. @throws InvalidArgumentError without an equals sign. */
export function pair(text: string, before: [string, string][]): [string, string][] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected NAME=VALUE.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}
