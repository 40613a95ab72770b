import type { HostTensor, TensorData } from '@vosvfi/core';
import type { Signature } from '../engine.js';
import type { Buffers, Executable } from '../engines/executable.js';
import type { ResidentTensors } from '../engines/resident-tensors.js';
import { isShared } from './check-options.js';
import { names } from './names.js';
import type { TrainingState } from './training-state.js';

/** Values of a step, before it is known whether it counts. */
export interface StepValues {
  readonly total: number;
  readonly gradientNorm: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Computes steps: reads a state's current buffers and writes its next ones. */
export interface StepRunner {
  run(batch: Readonly<Record<string, TensorData>>, state: TrainingState, learningRate: number): Promise<StepValues>;
}

/** Steps whose batch is computed at once. */
export function wholeRunner(step: Executable): StepRunner {
  return {
    run: async (batch, state, learningRate) => {
      const feeds = { ...state.feeds(), ...named(batch), ...scalars(state, learningRate) };
      const results = await step.run(feeds, state.fetches());
      return {
        total: scalarOf(results, names.total),
        gradientNorm: scalarOf(results, names.gradientNorm),
        terms: termsOf(results),
      };
    },
  };
}

/** Steps whose batch is computed in `count` pieces, one after another. */
export function accumulatingRunner(
  gradient: Executable,
  update: Executable,
  signature: Signature,
  count: number,
  resident?: ResidentTensors,
): StepRunner {
  let sums: [GradientSums, GradientSums] | undefined;
  return {
    run: async (batch, state, learningRate) => {
      sums ??= [new GradientSums(state), new GradientSums(state)];
      let [current, next] = sums;
      current.clear();
      resident?.forget(Object.values(current.feeds));
      let total = 0;
      const terms: Record<string, number> = {};
      for (let i = 0; i < count; i++) {
        const feeds = { ...state.feeds(), ...named(pieceOf(batch, signature, i, count)), ...current.feeds };
        const results = await gradient.run(feeds, next.fetches);
        [current, next] = [next, current];
        total += scalarOf(results, names.total) / count;
        for (const [name, value] of Object.entries(termsOf(results))) terms[name] = (terms[name] ?? 0) + value / count;
        // The step is lost: its other pieces would change nothing.
        if (!Number.isFinite(total)) return { total, gradientNorm: Number.NaN, terms };
      }
      const feeds = { ...state.feeds(), ...current.feeds, ...scalars(state, learningRate) };
      const results = await update.run(feeds, state.fetches());
      return { total, gradientNorm: scalarOf(results, names.gradientNorm), terms };
    },
  };
}

/** Sums of gradients over micro-batches, one buffer a parameter. */
class GradientSums {
  readonly feeds: Buffers;
  readonly fetches: Buffers;

  constructor(state: TrainingState) {
    const buffers = state.parameterSizes().map(([key, size]) => [key, new Float32Array(size)] as const);
    this.feeds = Object.fromEntries(buffers.map(([key, data]) => [names.accumulated(key), data]));
    this.fetches = Object.fromEntries(buffers.map(([key, data]) => [names.updatedAccumulated(key), data]));
  }

  clear(): void {
    for (const data of Object.values(this.feeds)) data.fill(0);
  }
}

/** Piece `index` of a batch, along the first axis; nothing is copied. */
function pieceOf(
  batch: Readonly<Record<string, TensorData>>,
  signature: Signature,
  index: number,
  count: number,
): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(batch).map(([name, data]) => {
      if (isShared(signature[name]?.shape ?? [])) return [name, data];
      const length = data.length / count;
      return [name, data.subarray(index * length, (index + 1) * length)];
    }),
  );
}

function named(batch: Readonly<Record<string, TensorData>>): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(batch).map(([name, data]) => [names.input(name), data]));
}

function scalars(state: TrainingState, learningRate: number): Record<string, TensorData> {
  return { [names.step]: Float32Array.of(state.step + 1), [names.learningRate]: Float32Array.of(learningRate) };
}

function scalarOf(results: Readonly<Record<string, HostTensor>>, name: string): number {
  return results[name]?.data[0] as number;
}

function termsOf(results: Readonly<Record<string, HostTensor>>): Record<string, number> {
  const prefix = names.term('');
  const terms = Object.keys(results).filter((name) => name.startsWith(prefix));
  return Object.fromEntries(terms.map((name) => [name.slice(prefix.length), scalarOf(results, name)]));
}
