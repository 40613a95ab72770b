/** Functions of Node's `util` that tfjs-node calls and that newer versions removed (from 23 on) or deprecated. */
const removedFunctions = {
  isNullOrUndefined: (value: unknown): boolean => value === undefined || value === null,
  isArray: (value: unknown): boolean => Array.isArray(value),
} as const;

/**
 * Puts back what tfjs-node 4.22 calls of the module `util` and newer Node.js has no more. tfjs-node looks the functions up
 * at each call, so they have to stay; they are not enumerable, and those that exist are left as they are.
 *
 * @param util The module object of `util`.
 * @returns Names of the functions that were missing.
 */
export function restoreRemovedUtilFunctions(util: object): string[] {
  const missing = Object.entries(removedFunctions).filter(([name]) => !(name in util));
  for (const [name, value] of missing) {
    Object.defineProperty(util, name, { value, configurable: true, writable: true, enumerable: false });
  }
  return missing.map(([name]) => name);
}
