import { closest, distance } from 'fastest-levenshtein';

/** `Did you mean "x"?` if one of `names` is close to `found`, else an empty text. */
export function suggestion(found: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const nearest = closest(found, [...names]);
  return distance(found, nearest) <= Math.max(2, found.length / 3) ? `Did you mean "${nearest}"?` : '';
}
