import { ConfigError } from '@vosvfi/core';

/** A decay in [0, 1). @throws ConfigError naming `path`. */
export function checkDecay(path: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new ConfigError(path, `expected a number in [0, 1), found ${value}.`);
}

/** A number that is finite and at least 0. @throws ConfigError naming `path`. */
export function checkNonNegative(path: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) throw new ConfigError(path, `expected a number >= 0, found ${value}.`);
}

/** A whole number of at least `least`. @throws ConfigError naming `path`. */
export function checkCount(path: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new ConfigError(path, `expected a whole number >= ${least}, found ${value}.`);
  }
}
