import { ConfigError, UnsupportedError } from '@vosvfi/core';
import { checkDeclarations, checkedFeeds, checkThreads } from './check-inputs.js';
import {
  type Compiled,
  type CompiledFacts,
  type CompileOptions,
  type EngineId,
  engineIds,
  type GraphEngineId,
  isGraphEngine,
  type Signature,
  type TensorFunction,
} from './engine.js';
import { eagerExecutable } from './engines/eager-executable.js';
import type { Executable } from './engines/executable.js';
import { graphExecutable } from './engines/graph-executable.js';
import type { Residence } from './engines/resident-tensors.js';
import { Lifetime } from './lifetime.js';
import type { Precision } from './precision/precision.js';
import { saveGraphs } from './saved/saved-graphs.js';

/**
 * Makes `fn` ready to run many times on one engine. On `graph` it is traced once and compiled; on `cpu` and `wasm` it
 * is called at every run.
 *
 * @param fn A pure, synchronous function of tensors. Random numbers drawn inside are drawn once, when tracing.
 * @param signature Names, shapes and types of the inputs.
 * @throws UnsupportedError naming the kernel or precision that the engine lacks, or the operation that reads a value (on eager
 * engines `run` throws it). ConfigError for an unknown engine or a shape or type that cannot be; ShapeError naming a
 * weight whose elements do not fit its shape.
 */
export async function compile(
  fn: TensorFunction,
  signature: Signature,
  options: CompileOptions = {},
): Promise<Compiled> {
  return compiledOf(await makeExecutable(fn, signature, options), signature);
}

/** The engine's way to run `fn`. */
export async function makeExecutable(
  fn: TensorFunction,
  signature: Signature,
  { engine = 'graph', weights = new Map(), threads, precision, withoutPasses, tiledConvolutions }: CompileOptions,
  residence?: Residence,
): Promise<Executable> {
  checkEngine(engine);
  checkThreads(threads);
  checkDeclarations(signature, weights);
  checkPrecision(engine, precision);
  return isGraphEngine(engine)
    ? graphExecutable(engine, fn, signature, weights, {
        threads,
        without: withoutPasses,
        precision,
        tiledConvolutions: tiledConvolutions && engine === 'graph',
        residence,
      })
    : eagerExecutable(engine, fn, signature, weights);
}

/** An executable behind its signature's checks; runs at a time are run one after another by the engine. */
export function compiledOf(executable: Executable, signature: Signature): Compiled {
  const lifetime = new Lifetime('The compiled function');
  return {
    facts: factsOf(executable),
    run: (inputs, into) => lifetime.use(async () => executable.run(checkedFeeds(signature, inputs), into)),
    save: (path) => lifetime.use(() => saveFunction(path, executable)),
    dispose: () => lifetime.end(() => executable.dispose()),
  };
}

async function saveFunction(path: string, executable: Executable): Promise<void> {
  const engine = savableEngine(executable);
  await saveGraphs(path, { kind: 'function' }, engine, { function: executable.program! });
}

/** @throws UnsupportedError if there is no graph to save. */
export function savableEngine({ engine, program }: Executable): GraphEngineId {
  if (!isGraphEngine(engine)) {
    throw new UnsupportedError(`Engine "${engine}" compiles nothing that could be saved.`, {
      hint: 'Compile for engine "graph".',
    });
  }
  if (program !== undefined) return engine;
  throw new UnsupportedError('What was loaded cannot be saved again.', { hint: 'Copy the folder.' });
}

function checkPrecision(engine: EngineId, precision: Precision | undefined): void {
  if (precision === undefined || engine === 'graph') return;
  if (isGraphEngine(engine) && precision.kind === 'float16-weights') return;
  throw new UnsupportedError(`Engine ${engine} has no precision ${precision.kind}.`, {
    hint: 'Use the engine graph, or leave precision out.',
  });
}

function checkEngine(engine: string): asserts engine is EngineId {
  if ((engineIds as readonly string[]).includes(engine)) return;
  throw new ConfigError('engine', `expected one of ${engineIds.join(', ')}, found ${JSON.stringify(engine)}.`);
}

export function factsOf(executable: Executable): CompiledFacts {
  const { engine, provider, fallbacks, nodes, traceMilliseconds, sessionMilliseconds, passes } = executable;
  return { engine, provider, fallbacks, nodes, traceMilliseconds, sessionMilliseconds, passes };
}
