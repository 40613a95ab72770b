import { createHash } from 'node:crypto';

/** SHA-256 of facts as JSON, names of properties in order. */
export function contentKey(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts, sortedProperties)).digest('hex');
}

function sortedProperties(_: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
