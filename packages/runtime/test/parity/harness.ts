import { createRandom, type HostTensor, sizeOf } from '@vosvfi/core';
import fc from 'fast-check';
import { compile } from '../../src/compile.js';
import type { EngineId, TensorFunction } from '../../src/engine.js';
import * as tf from '../../src/tf.js';
import { traceBackend } from '../../src/trace/register.js';
import { GRAPH_BACKEND } from '../../src/trace/trace-backend.js';
import { Values } from './draw.js';

type Run = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** One call that all engines must agree on. */
export interface Trial {
  readonly inputs: readonly HostTensor[];
  readonly run: Run;
  /** What engine `cpu` runs instead, where TensorFlow.js's own kernel is missing, limited or wrong. */
  readonly reference?: Run;
  /** Inputs, by position, whose gradients are compared too. */
  readonly by?: readonly number[];
}

/** A family of calls with drawn arguments. */
export interface ParityCase {
  readonly name: string;
  /** Kernels that every drawn trial, or some gradient of it, is sure to call. */
  readonly kernels: readonly string[];
  readonly draw: fc.Arbitrary<NamedTrial>;
}

interface NamedTrial extends Trial {
  /** Kernels and drawn arguments. */
  readonly name: string;
}

/** A case: `kernels` (separated by spaces) that it covers, what to draw, and the call made of it. */
export function parityCase<A>(
  kernels: string,
  args: fc.Arbitrary<A>,
  trial: (args: A, values: Values) => Trial,
): ParityCase {
  const draw = fc
    .tuple(args, integerSeed)
    .map(([drawn, seed]) => ({ name: `${kernels} ${JSON.stringify(drawn)}`, ...trial(drawn, new Values(seed)) }));
  return { name: kernels, kernels: kernels.split(' '), draw };
}

const integerSeed = fc.integer({ min: 0, max: 2 ** 30 });

/** Trials that share one compiled graph. */
const TRIALS_PER_CASE = 3;
/** Graphs per group of cases. */
const GRAPHS = 5;
/** `PARITY_SEED=7 PARITY_GRAPHS=50` looks further than a usual run does. */
const parameters = {
  seed: Number(process.env.PARITY_SEED ?? 1),
  numRuns: Number(process.env.PARITY_GRAPHS ?? GRAPHS),
  // The failing trial names itself; shrinking would compile hundreds of graphs.
  endOnFailure: true,
};

/**
 * Draws trials of every case, compiles them together, and compares values and gradients with `reference`.
 * @throws Error naming the trials and the elements that differ.
 */
export async function checkParity(cases: readonly ParityCase[], engine: EngineId = 'graph'): Promise<void> {
  const draws = cases.map(({ draw }) => fc.array(draw, { minLength: TRIALS_PER_CASE, maxLength: TRIALS_PER_CASE }));
  const property = fc.asyncProperty(fc.tuple(...draws), async (drawn) => {
    const differences = await compareEngines(drawn.flat(), engine);
    if (differences.length > 0) throw new Error(differences.join('\n'));
  });
  // Not `assert`: its message would print every tensor of every trial.
  const { errorInstance } = await fc.check(property, parameters);
  if (errorInstance) throw errorInstance;
}

async function compareEngines(trials: readonly NamedTrial[], engine: EngineId): Promise<string[]> {
  const expected = await results(trials, 'cpu');
  const found = await results(trials, engine).catch((error: unknown) => findCulprit(trials, engine, error));
  return Object.entries(expected).flatMap(([key, value]) => {
    const [index, what] = key.split('/') as [string, string];
    const difference = differenceOf(found[key] as HostTensor, value);
    return difference === undefined ? [] : [`${trials[Number(index)]?.name}, ${what}: ${difference}.`];
  });
}

/** A session's error names a node: which trial is it of? */
async function findCulprit(trials: readonly NamedTrial[], engine: EngineId, error: unknown): Promise<never> {
  for (const trial of trials) {
    await results([trial], engine).catch((cause: unknown) => {
      throw new Error(`${trial.name} on ${engine}: ${(cause as Error).message}`, { cause });
    });
  }
  throw error;
}

async function results(trials: readonly NamedTrial[], engine: EngineId): Promise<Record<string, HostTensor>> {
  const named = trials.flatMap(({ inputs }, i) => inputs.map((tensor, j) => [`${i}/${j}`, tensor] as const));
  const fn: TensorFunction = (inputs) => {
    const outputs: Record<string, tf.Tensor> = {};
    trials.forEach((trial, i) => {
      const tensors = trial.inputs.map((_, j) => inputs[`${i}/${j}`] as tf.Tensor);
      const run = (engine === 'cpu' && trial.reference) || trial.run;
      try {
        for (const [what, tensor] of Object.entries(valuesAndGradients(run, tensors, trial.by ?? []))) {
          outputs[`${i}/${what}`] = tensor;
        }
      } catch (error) {
        throw new Error(`${trial.name} on ${engine}: ${(error as Error).message}`, { cause: error });
      }
    });
    return outputs;
  };
  const signature = Object.fromEntries(named.map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
  const compiled = await compile(fn, signature, { engine });
  try {
    return await compiled.run(Object.fromEntries(named));
  } finally {
    await compiled.dispose();
  }
}

function valuesAndGradients(run: Run, tensors: readonly tf.Tensor[], by: readonly number[]): Record<string, tf.Tensor> {
  const values = [run(...tensors)].flat().map((y, i) => [`value ${i}`, y] as const);
  const gradients = by.length === 0 ? [] : gradientsOf(run, tensors, by);
  return Object.fromEntries([
    ...values,
    ...gradients.map((gradient, i) => [`gradient by input ${by[i]}`, gradient] as const),
  ]);
}

/** Gradients of a sum with fixed random weights: every output element weighs differently. */
function gradientsOf(run: Run, tensors: readonly tf.Tensor[], by: readonly number[]): tf.Tensor[] {
  const random = createRandom(17);
  const weighted = (y: tf.Tensor) => {
    const weights = Float32Array.from({ length: y.size }, () => random.uniform(-1, 1));
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
  };
  const total = (...varied: tf.Tensor[]) => {
    const all = tensors.map((tensor, i) => (by.includes(i) ? (varied[by.indexOf(i)] as tf.Tensor) : tensor));
    return [run(...all)]
      .flat()
      .map(weighted)
      .reduce((sum, term) => tf.add(sum, term));
  };
  return tf.grads(total)(by.map((i) => tensors[i] as tf.Tensor));
}

/**
 * What differs first, or undefined. Integers and booleans must be equal; floats may differ by 1e-5 of their size, or by
 * 2e-6 of the largest in the tensor.
 */
function differenceOf(found: HostTensor, expected: HostTensor): string | undefined {
  const describe = ({ dtype, shape }: HostTensor) => `${dtype} [${shape.join(', ')}]`;
  if (describe(found) !== describe(expected) || found.data.length !== sizeOf(found.shape)) {
    return `expected ${describe(expected)}, found ${describe(found)} with ${found.data.length} elements`;
  }
  const sizes = Array.from(expected.data, Math.abs).filter(Number.isFinite);
  const scale = sizes.reduce((a, b) => Math.max(a, b), 0);
  const equal = (value: number, wanted: number) =>
    value === wanted ||
    (Number.isNaN(value) && Number.isNaN(wanted)) ||
    (expected.dtype === 'float32' &&
      Number.isFinite(wanted) &&
      Math.abs(value - wanted) <= 1e-5 * Math.abs(wanted) + 2e-6 * scale);
  const at = expected.data.findIndex((wanted, i) => !equal(found.data[i] as number, wanted));
  return at < 0 ? undefined : `element ${at} is ${found.data[at]}, expected ${expected.data[at]}`;
}

/** Names of the graph engine's kernels, from the registry. */
export function loweredKernels(): string[] {
  traceBackend();
  return tf.getKernelsForBackend(GRAPH_BACKEND).map(({ kernelName }) => kernelName);
}

/** Notes every kernel that the graph engine is asked for from now on. */
export function watchKernels(): Set<string> {
  traceBackend();
  const called = new Set<string>();
  for (const kernel of tf.getKernelsForBackend(GRAPH_BACKEND)) {
    const { kernelFunc } = kernel;
    kernel.kernelFunc = (call) => {
      called.add(kernel.kernelName);
      return kernelFunc(call);
    };
  }
  return called;
}
