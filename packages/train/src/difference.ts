/** Where two pieces of plain data differ first, in the order of the first one's keys. */
export interface Difference {
  /** `optimizer.weightDecay`, `layers[2]`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** First difference between two trees of plain data (objects, arrays, scalars), or undefined if they are equal. A key whose value is undefined counts as absent. */
export function firstDifference(before: unknown, after: unknown, path = ''): Difference | undefined {
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const found = firstDifference(before[key], after[key], path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i += 1) {
      const found = firstDifference(before[i], after[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(before, after) ? undefined : { path, before, after };
}
