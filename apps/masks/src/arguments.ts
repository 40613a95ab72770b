import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A number in an option. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** A whole number from 0 in an option. */
export function parseCount(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number from 0.');
  return value;
}

/** `448x256`, width first. */
export function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (!width || !height) throw new InvalidArgumentError('Expected width x height in pixels, such as 512x512.');
  return { width: Number(width), height: Number(height) };
}
