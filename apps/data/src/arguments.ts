import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A number in an option. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** A whole number in an option. */
export function parseWhole(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

/** Numbers with commas between them. */
export function parseNumbers(text: string): number[] {
  return text.split(',').map(parseNumber);
}

/** `448x256`, width first. */
export function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) {
    throw new InvalidArgumentError('Expected width x height in pixels, such as 448x256.');
  }
  return { width: Number(width), height: Number(height) };
}
