import fc from 'fast-check';
import type { EngineId } from '../../src/engine.js';
import { differenceOf } from './compare.js';
import { runOnEngine } from './run-on-engine.js';
import { batchOf } from './run-trials.js';
import type { NamedTrial, ParityCase } from './trial.js';

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
  const expected = await results(trials, 'cpu', true);
  const found = await results(trials, engine, false).catch((error: unknown) => findCulprit(trials, engine, error));
  return Object.entries(expected).flatMap(([key, value]) => {
    const [index, what] = key.split('/') as [string, string];
    const difference = differenceOf(found[key], value);
    return difference === undefined ? [] : [`${trials[Number(index)]?.name}, ${what}: ${difference}.`];
  });
}

/** Which trial is an error of? */
async function findCulprit(trials: readonly NamedTrial[], engine: EngineId, error: unknown): Promise<never> {
  for (const trial of trials) await results([trial], engine, false);
  throw error;
}

async function results(trials: readonly NamedTrial[], engine: EngineId, expected: boolean) {
  const { fn, signature, inputs } = batchOf(trials, ['values', 'gradients'], expected);
  return runOnEngine(engine)(fn, signature, inputs).catch((cause: unknown) => {
    const subject = trials.length === 1 ? trials[0]?.name : `One of ${trials.length} trials`;
    throw new Error(`${subject} on ${engine}: ${(cause as Error).message}`, { cause });
  });
}
