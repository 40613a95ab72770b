import { ConfigError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** The sum to minimize and its parts, already weighted. */
export interface ObjectiveValue {
  readonly total: tf.Scalar;
  readonly terms: Readonly<Record<string, tf.Scalar>>;
}

/**
 * Sum of two objectives with the terms of both (eq. 1: reconstruction plus VOS-aware terms).
 * @throws ConfigError if both have a term of the same name.
 */
export function addObjectives(a: ObjectiveValue, b: ObjectiveValue): ObjectiveValue {
  const shared = Object.keys(a.terms).find((name) => name in b.terms);
  if (shared !== undefined) throw new ConfigError('addObjectives', `both objectives have a term "${shared}".`);
  return { total: tf.add(a.total, b.total), terms: { ...a.terms, ...b.terms } };
}
