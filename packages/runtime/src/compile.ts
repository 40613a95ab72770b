import { ConfigError } from '@vosvfi/core';
import { checkDeclarations, checkedFeeds } from './check-inputs.js';
import {
  type Compiled,
  type CompiledFacts,
  type CompileOptions,
  type EngineId,
  engineIds,
  isGraphEngine,
  type Signature,
  type TensorFunction,
} from './engine.js';
import { eagerExecutable } from './engines/eager-executable.js';
import type { Executable } from './engines/executable.js';
import { graphExecutable } from './engines/graph-executable.js';
import { Lifetime } from './lifetime.js';

/**
 * Makes `fn` ready to run many times on one engine. On `graph` it is traced once and compiled; on `cpu` and `wasm` it
 * is called at every run.
 *
 * @param fn A pure, synchronous function of tensors. Random numbers drawn inside are drawn once, when tracing.
 * @param signature Names, shapes and types of the inputs.
 * @throws UnsupportedError naming the kernel that the engine lacks, or the operation that reads a value (on eager
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
  { engine = 'graph', weights = new Map(), threads }: CompileOptions,
): Promise<Executable> {
  checkEngine(engine);
  checkThreads(threads);
  checkDeclarations(signature, weights);
  return isGraphEngine(engine)
    ? graphExecutable(engine, fn, signature, weights, threads)
    : eagerExecutable(engine, fn, signature, weights);
}

/** An executable behind its signature's checks; runs at a time are run one after another by the engine. */
function compiledOf(executable: Executable, signature: Signature): Compiled {
  const lifetime = new Lifetime('The compiled function');
  return {
    facts: factsOf(executable),
    run: (inputs) => lifetime.use(async () => executable.run(checkedFeeds(signature, inputs))),
    dispose: () => lifetime.end(() => executable.dispose()),
  };
}

function checkEngine(engine: string): asserts engine is EngineId {
  if ((engineIds as readonly string[]).includes(engine)) return;
  throw new ConfigError('engine', `expected one of ${engineIds.join(', ')}, found ${JSON.stringify(engine)}.`);
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isSafeInteger(threads) && threads > 0)) return;
  throw new ConfigError('threads', `expected a positive whole number, found ${threads}.`);
}

export function factsOf({ engine, nodes, traceMilliseconds, sessionMilliseconds }: Executable): CompiledFacts {
  return { engine, nodes, traceMilliseconds, sessionMilliseconds };
}
