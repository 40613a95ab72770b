import type { HostTensor } from '@vosvfi/core';
import { crop, relativeL2 } from '@vosvfi/testing';
import type { OracleCase, OracleResult } from './case.js';
import type { Fixture, TensorStats } from './fixture.js';

/** Largest relative L2 error that always passes. */
const relativeLimit = 1e-4;
/** An error passes as well if it is within this many times the reference's own float32 noise. */
const noiseFactor = 10;

/** One line of the report. */
export interface Line {
  readonly name: string;
  /** Absent for a line that says what was not compared. */
  readonly ok?: boolean;
  /** Relative error; absent where there is nothing to compare. */
  readonly error?: number;
  /** The reference's float32 noise; absent where it does not apply. */
  readonly noise?: number;
  /** Why it failed, or what was left out. */
  readonly note?: string;
}

/** True if `error` is within the rule of the tool; NaN is not. */
export function passes(error: number, noise = 0): boolean {
  return error <= Math.max(relativeLimit, noiseFactor * noise);
}

function isInputByName(name: string): boolean {
  const parts = name.split('.');
  return parts[0] === 'aux' || parts.includes('in');
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

function mismatchShare(actual: HostTensor, expected: HostTensor): number {
  let mismatches = 0;
  for (let i = 0; i < expected.data.length; i++) if (actual.data[i] !== expected.data[i]) mismatches++;
  return mismatches / Math.max(1, expected.data.length);
}

function compareTensor(
  name: string,
  expected: HostTensor,
  given: HostTensor | undefined,
  stats: TensorStats,
  keep: Uint8Array | null,
): Line {
  if (given === undefined) return { name, ok: false, note: 'MISSING: the case does not compute it' };
  const wanted = stats.full_shape ?? expected.shape;
  // A number may be stored as [1] and computed as [].
  const isOneNumber = expected.data.length === 1 && given.data.length === 1;
  if (!isOneNumber && !sameShape(given.shape, wanted)) {
    return { name, ok: false, note: `shape [${given.shape}], expected [${wanted}]` };
  }
  const actual = stats.crop === undefined ? given : crop(given, stats.crop);
  if (expected.dtype !== 'float32') {
    const error = mismatchShare(actual, expected);
    const noise = (stats.f32_vs_f64_mismatches ?? 0) / Math.max(1, expected.data.length);
    return { name, error, noise, ok: passes(error, noise) };
  }
  const error = relativeL2(actual.data, expected.data, keep);
  if (keep !== null) {
    // The stored noise counts the elements left out here, so it says nothing about the others.
    const left = keep.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
    return { name, error, ok: passes(error), note: `${left} of ${keep.length} elements left out` };
  }
  const noise = stats.f32_vs_f64_rel_l2 ?? 0;
  return { name, error, noise, ok: passes(error, noise) };
}

/**
 * Compares every stored tensor that is not an input with what the case gave.
 * @param belongs restricts the comparison to a part of the folder.
 */
export function compareTensors(
  oracle: OracleCase,
  fixture: Fixture,
  result: OracleResult,
  belongs: (name: string) => boolean = () => true,
): Line[] {
  const isInput = oracle.isInput ?? isInputByName;
  const lines = [...fixture.tensors]
    .filter(([name]) => !isInput(name) && belongs(name))
    .map(([name, expected]) => {
      const stats = fixture.stats[name] ?? { shape: [...expected.shape] };
      const keep = oracle.keep?.(name, fixture.tensors) ?? null;
      return compareTensor(name, expected, result.tensors.get(name), stats, keep);
    });
  const unknown = [...result.tensors.keys()].filter((name) => !fixture.tensors.has(name));
  return [...lines, ...unknown.map((name) => ({ name, ok: false, note: 'UNKNOWN: the folder stores no such tensor' }))];
}

/** What a comparison of a part left out, as `group (count)` by the first component of the names. */
export function leftOut(oracle: OracleCase, fixture: Fixture, belongs: (name: string) => boolean): string[] {
  const isInput = oracle.isInput ?? isInputByName;
  const counts = new Map<string, number>();
  for (const name of fixture.tensors.keys()) {
    if (isInput(name) || belongs(name)) continue;
    const group = name.split('.')[0]!;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => `${group} (${count})`);
}
