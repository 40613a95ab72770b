import { type HostTensor, VosvfiError } from '@vosvfi/core';
import fc from 'fast-check';
import { trace } from '../../src/trace/trace.js';
import { differenceOf } from './compare.js';
import { type KernelState, type KernelStates, worse } from './engine-states.js';
import { batchOf, type Part, type RunOnce } from './run-trials.js';
import type { NamedTrial, ParityCase } from './trial.js';
import { watchKernels } from './watch-kernels.js';

/** How to record. */
export interface RecordOptions {
  /** The engine that is tested. */
  readonly run: RunOnce;
  /** Engine `cpu`, which says what is right. */
  readonly reference: RunOnce;
  /** True where both are the same engine: agreement is then worth something only for trials with a `reference`. */
  readonly itself: boolean;
  readonly seed: number;
  /** Trials drawn of each case. */
  readonly trials: number;
  /** Makes the engine new after a failure: some kernels write where they must not, and others suffer. */
  readonly restart: () => Promise<void>;
  /** True if the engine is known not to have a kernel. */
  readonly lacks: (kernel: string) => boolean;
  /** Called after each case. */
  readonly onProgress?: (done: number, name: string) => void;
}

/**
 * Runs all trials of all cases, goes on after failures, and says of every kernel how it did.
 * A kernel that a case calls in the forward direction is tested by its values, and differentiated by its gradients; a
 * kernel that only gradients call (`Conv2DBackpropFilter`) is tested by those.
 * @throws EnvironmentError if the engine cannot run here.
 */
export async function recordStates(
  cases: readonly ParityCase[],
  options: RecordOptions,
): Promise<Record<string, KernelStates>> {
  const states = new Map<string, { value?: KernelState; gradient?: KernelState }>();
  const called = watchKernels();
  let done = 0;
  for (const parityCase of cases) {
    const trials = fc.sample(parityCase.draw, { numRuns: options.trials, seed: options.seed });
    const values = await partState(trials, 'values', options);
    const gradients = await partState(
      trials.filter(({ by = [] }) => by.length > 0),
      'gradients',
      options,
    );
    const forward = kernelsOf(trials, called);
    for (const kernel of parityCase.kernels) {
      const known = states.get(kernel) ?? {};
      const isForward = forward.has(kernel);
      const own = isForward ? values : gradients;
      const others = parityCase.kernels.filter((other) => other !== kernel);
      if (own !== undefined && !isMissing(own, others)) known.value = worse(known.value, own);
      if (
        isForward &&
        gradients !== undefined &&
        !isMissing(
          gradients,
          others.filter((other) => forward.has(other)),
        )
      ) {
        known.gradient = worse(known.gradient, gradients);
      }
      states.set(kernel, known);
    }
    options.onProgress?.(++done, parityCase.name);
  }
  for (const [kernel, known] of states) {
    if (known.value === undefined && options.lacks(kernel)) known.value = { missing: kernel };
  }
  return Object.fromEntries([...states].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True if one of `kernels` is missing: that says nothing of their neighbours in a case. */
function isMissing(state: KernelState, kernels: readonly string[]): boolean {
  return typeof state === 'object' && 'missing' in state && kernels.includes(state.missing);
}

/** Kernels that the calls make without their gradients. */
function kernelsOf(trials: readonly NamedTrial[], called: Set<string>): Set<string> {
  called.clear();
  const { fn, signature } = batchOf(trials, ['values'], false);
  trace(fn, signature);
  return new Set(called);
}

async function partState(
  trials: readonly NamedTrial[],
  part: Part,
  options: RecordOptions,
): Promise<KernelState | undefined> {
  if (trials.length === 0) return undefined;
  if ((await batchState(trials, part, options)) !== undefined) {
    // Alone, a trial that stops does not hide what the others find, and nothing that ran before disturbs it.
    let state: KernelState | undefined;
    for (const trial of trials) {
      await options.restart();
      const own = await batchState([trial], part, options);
      if (own !== undefined) state = worse(state, own);
    }
    await options.restart();
    const wrong = state ?? (await batchState(trials, part, options));
    if (wrong !== undefined) return wrong;
  }
  const informative = !options.itself || trials.some(({ reference }) => reference !== undefined);
  return informative ? 'passed' : 'reference';
}

/** What is wrong with some trials run as one function, or undefined. */
async function batchState(
  trials: readonly NamedTrial[],
  part: Part,
  { run, reference }: RecordOptions,
): Promise<KernelState | undefined> {
  const wanted = batchOf(trials, [part], true);
  const expected = await reference(wanted.fn, wanted.signature, wanted.inputs).catch((cause: unknown) => {
    throw new Error(`What is right of ${trials[0]?.name}: ${(cause as Error).message}`, { cause });
  });
  const tested = batchOf(trials, [part], false);
  let found: Record<string, HostTensor>;
  try {
    found = await run(tested.fn, tested.signature, tested.inputs);
  } catch (error) {
    // An engine that cannot run here says nothing of its kernels.
    if (VosvfiError.isInstance(error) && error.code === 'VOSVFI_ENVIRONMENT') throw error;
    const missing = missingKernel(error);
    return missing === undefined ? { failed: brief(`${trials[0]?.name}: ${(error as Error).message}`) } : { missing };
  }
  for (const [key, value] of Object.entries(expected)) {
    const [index, what] = key.split('/') as [string, string];
    const difference = differenceOf(found[key], value);
    if (difference !== undefined) return { failed: brief(`${trials[Number(index)]?.name}, ${what}: ${difference}`) };
  }
  return undefined;
}

/** The kernel, or gradient of a kernel, that an engine says it lacks. */
function missingKernel(error: unknown): string | undefined {
  if (!VosvfiError.isInstance(error) || error.code !== 'VOSVFI_UNSUPPORTED') return undefined;
  const kernel = /^Engine "[^"]+" has no kernel "([^"]+)"/.exec(error.message)?.[1];
  const gradient = /^Kernel "([^"]+)" has no gradient/.exec(error.message)?.[1];
  return kernel ?? (gradient && `gradient of ${gradient}`);
}

function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
