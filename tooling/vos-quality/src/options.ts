import { InvalidArgumentError } from '@commander-js/extra-typings';

/** @throws InvalidArgumentError unless `text` is a whole number from 1 on. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** @throws InvalidArgumentError unless `text` is a number in (0, 1]. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a number above 0, at most 1.');
  return value;
}
