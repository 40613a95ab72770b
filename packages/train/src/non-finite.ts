import { type HostTensor, sizeOf, TrainingError, type WeightMap } from '@vosvfi/core';
import type { StepResult } from '@vosvfi/runtime';

/** An input of a batch that holds values that are not finite. */
export interface BadInput {
  readonly input: string;
  readonly shape: readonly number[];
  /** How many values are not finite. */
  readonly count: number;
  /** Rows along the first axis that hold them, with the samples' names where the source of batches knows them. */
  readonly samples: readonly { readonly index: number; readonly name?: string }[];
}

/** Why a step was not applied. */
export interface StepFailure {
  /** `loss term "reconstruction" is NaN, because input "frame0" of the batch holds NaN (sample 1, "00001/0389")`. */
  readonly reason: string;
  /** The first term that is not finite; absent where that is the total or the gradient. */
  readonly term?: string;
  readonly badInputs: readonly BadInput[];
  /** A weight that was not finite before the step. */
  readonly brokenWeight?: string;
}

/** What a failure is explained from. */
export interface FailureFacts {
  readonly learningRate: number;
  readonly result: StepResult;
  readonly batch: Readonly<Record<string, HostTensor>>;
  /** Before the step. */
  readonly weights: WeightMap;
  /** Names of the batch's samples, if they are known. */
  readonly names?: readonly string[] | undefined;
}

/**
 * Finds out why a step was not applied: which term, total or gradient is not finite, and whether the batch or the weights
 * before it were to blame.
 */
export function explainFailure({ result, batch, names, weights }: FailureFacts): StepFailure {
  const term = Object.keys(result.terms).find((name) => !Number.isFinite(result.terms[name]));
  const badInputs = Object.entries(batch).flatMap(([input, tensor]) => badInput(input, tensor, names) ?? []);
  const brokenWeight = firstNonFinite(weights);
  const causes = [
    ...badInputs.slice(0, 1).map(describeInput),
    ...(brokenWeight === undefined ? [] : [`weight "${brokenWeight}" was not finite before it`]),
  ];
  const cause = causes.length === 0 ? '' : `, because ${causes.join(' and ')}`;
  return {
    reason: symptom(result, term) + cause,
    ...(term === undefined ? {} : { term }),
    badInputs,
    ...(brokenWeight === undefined ? {} : { brokenWeight }),
  };
}

function symptom({ terms, total, gradientNorm }: StepResult, term: string | undefined): string {
  if (term !== undefined) return `loss term "${term}" is ${terms[term]}`;
  if (!Number.isFinite(total)) return `the total loss is ${total}, all its terms are finite`;
  return `the gradient's norm is ${gradientNorm}, the loss is finite`;
}

function badInput(input: string, { data, shape }: HostTensor, names: FailureFacts['names']): BadInput | undefined {
  const rows = shape[0] ?? 1;
  const length = sizeOf(shape) / rows;
  const counts = Array.from({ length: rows }, (_, row) => countNonFinite(data, row * length, (row + 1) * length));
  const count = counts.reduce((a, b) => a + b, 0);
  if (count === 0) return undefined;
  const samples = counts.flatMap((bad, index) => {
    if (bad === 0) return [];
    const name = names?.[index];
    return [{ index, ...(name === undefined ? {} : { name }) }];
  });
  return { input, shape, count, samples };
}

function countNonFinite(data: HostTensor['data'], begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i += 1) if (!Number.isFinite(data[i])) count += 1;
  return count;
}

/** Samples listed before the rest is only counted. */
const maxListed = 4;

function describeInput({ input, count, samples }: BadInput): string {
  const listed = samples
    .slice(0, maxListed)
    .map(({ index, name }) => (name === undefined ? index : `${index}, "${name}"`));
  const rest = samples.length > maxListed ? ` and ${samples.length - maxListed} more` : '';
  const values = count === 1 ? 'a value that is' : `${count} values that are`;
  return `input "${input}" of the batch holds ${values} not finite (sample ${listed.join('; ')}${rest})`;
}

/** The first tensor with a value that is not finite. */
export function firstNonFinite(weights: WeightMap): string | undefined {
  for (const [key, { data }] of weights) if (countNonFinite(data, 0, data.length) > 0) return key;
  return undefined;
}

/** The error that ends a run at `step`. */
export function stopError(
  step: number,
  { reason, badInputs, brokenWeight }: StepFailure,
  { learningRate, after, report }: { learningRate: number; after: string; report: string | undefined },
): TrainingError {
  const details = [`learning rate ${learningRate}`, ...(report === undefined ? [] : [`details in ${report}`])];
  return new TrainingError(`Step ${step}: ${reason}${after} (${details.join('; ')}).`, {
    hint: advice(badInputs.length > 0, brokenWeight !== undefined),
  });
}

function advice(isBadData: boolean, isBroken: boolean): string {
  if (isBroken) return 'Start again from the newest checkpoint with a lower learning rate, or clip the gradient.';
  const rest = isBadData
    ? 'Mend or leave out that sample.'
    : 'Lower the learning rate, clip the gradient, or leave such steps out ("skip").';
  return `The weights are as before this step. ${rest}`;
}

/** Plain data for `failure.json`, from which the step can be computed again; numbers that JSON lacks are text. */
export function failureReport(
  failure: StepFailure,
  facts: FailureFacts & { readonly step: number },
): Record<string, unknown> {
  const { step, learningRate, result, batch, names } = facts;
  const { total, terms, gradientNorm } = result;
  return {
    step,
    /** Argument of the source of batches. */
    batch: step - 1,
    ...failure,
    learningRate,
    total: plainNumber(total),
    terms: Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, plainNumber(value)])),
    gradientNorm: plainNumber(gradientNorm),
    ...(names === undefined ? {} : { samples: names }),
    inputs: Object.fromEntries(Object.entries(batch).map(([key, tensor]) => [key, summarize(tensor)])),
  };
}

function summarize({ data, shape, dtype }: HostTensor): Record<string, unknown> {
  let [least, greatest, sum, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    sum += value;
    finite += 1;
  }
  const range = finite === 0 ? {} : { min: least, max: greatest, mean: sum / finite };
  return { dtype, shape, ...range, notFinite: data.length - finite };
}

function plainNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
