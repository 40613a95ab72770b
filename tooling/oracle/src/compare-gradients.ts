import type { HostTensor } from '@vosvfi/core';
import type { OracleCase } from './case.js';
import { type Line, passes } from './compare.js';
import type { Fixture, GradientSummary, ParamGrads, TensorStats } from './fixture.js';

type Gradients = ReadonlyMap<string, ReadonlyMap<string, HostTensor>>;

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

/** Largest of the relative errors of norm, sum and first entries. */
function summaryError(gradient: HostTensor, expected: GradientSummary): number {
  const { data } = gradient;
  const scale = expected.l2 || 1;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  const normError = Math.abs(norm(data) - expected.l2) / scale;
  // A sum of n numbers of norm l2 is at most sqrt(n) * l2; it may cancel to nearly nothing.
  const sumError = Math.abs(sum - expected.sum) / (scale * Math.sqrt(data.length));
  // Single entries are measured against their own size or the typical one, whichever is larger.
  const typical = scale * Math.sqrt(expected.first4.length / Math.max(1, data.length));
  const firstError =
    norm(expected.first4.map((value, i) => value - data[i]!)) / Math.max(norm(expected.first4), typical);
  return Math.max(normError, sumError, firstError);
}

/**
 * Noise of whole parameter gradients of one loss: the largest that the stored ones have, without those that are left out.
 * The norm alone says too little: where a kink (PReLU, bilinear cell) falls to the other side, single entries change much
 * more than the norm does.
 */
function labelNoise(
  label: string,
  stats: Readonly<Record<string, TensorStats>>,
  skip: NonNullable<OracleCase['skipParamGrad']>,
): number {
  const start = `${label}.grad.param.`;
  const stored = Object.entries(stats).filter(
    ([name]) => name.startsWith(start) && !skip(label, name.slice(start.length)),
  );
  return stored.reduce((largest, [, { f32_vs_f64_rel_l2: noise = 0 }]) => Math.max(largest, noise), 0);
}

function compareOne(
  name: string,
  gradient: HostTensor | undefined,
  expected: GradientSummary | null,
  leastNoise: number,
): Line {
  if (expected === null) {
    const ok = gradient === undefined || gradient.data.every((value: number) => value === 0);
    return { name, ok, error: ok ? 0 : Number.POSITIVE_INFINITY, note: ok ? '' : 'expected no gradient' };
  }
  if (gradient === undefined) return { name, ok: false, note: 'MISSING: the case gives no gradient' };
  const error = summaryError(gradient, expected);
  const noise = Math.max(leastNoise, Math.abs(expected.l2 - expected.l2_f64) / (expected.l2_f64 || 1));
  return { name, error, noise, ok: passes(error, noise) };
}

function compareLabel(
  label: string,
  stored: Readonly<Record<string, GradientSummary | null>>,
  given: ReadonlyMap<string, HostTensor> | undefined,
  skip: NonNullable<OracleCase['skipParamGrad']>,
  leastNoise: number,
): Line[] {
  const name = `param_grads.${label}`;
  if (given === undefined) return [{ name, ok: false, note: 'MISSING: the case gives no gradients for this loss' }];
  const keys = Object.keys(stored).filter((key) => !skip(label, key));
  const lines = keys.map((key) => compareOne(`${name}.${key}`, given.get(key), stored[key] ?? null, leastNoise));
  const failed = lines.filter(({ ok }) => !ok);
  const worst = lines.reduce<Line | undefined>((a, b) => ((a?.error ?? -1) >= (b.error ?? -1) ? a : b), undefined);
  const summary: Line = {
    name,
    ok: failed.length === 0,
    ...(worst?.error === undefined ? {} : { error: worst.error }),
    ...(worst?.noise === undefined ? {} : { noise: worst.noise }),
    note: `${lines.length} parameters, worst ${worst?.name.slice(name.length + 1) ?? 'none'}`,
  };
  return [...failed, summary];
}

/** One line for each loss label, after a line for each parameter that fails. */
export function compareParamGrads(
  oracle: OracleCase,
  stored: ParamGrads,
  stats: Fixture['stats'],
  given: Gradients,
): Line[] {
  const skip = oracle.skipParamGrad ?? (() => false);
  return Object.entries(stored).flatMap(([label, summaries]) =>
    compareLabel(label, summaries, given.get(label), skip, labelNoise(label, stats, skip)),
  );
}
