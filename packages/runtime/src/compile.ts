import { checkedFeeds } from './check-inputs.js';
import {
  type Compiled,
  type CompiledFacts,
  type CompileOptions,
  isGraphEngine,
  type Signature,
  type TensorFunction,
} from './engine.js';
import { eagerExecutable } from './engines/eager-executable.js';
import type { Executable } from './engines/executable.js';
import { graphExecutable } from './engines/graph-executable.js';

/**
 * Makes `fn` ready to run many times on one engine. On `graph` it is traced once and compiled; on `cpu` and `wasm` it
 * is called at every run.
 *
 * @param fn A pure, synchronous function of tensors. Random numbers drawn inside are drawn once, when tracing.
 * @param signature Names, shapes and types of the inputs.
 * @throws UnsupportedError naming the kernel that the engine lacks, or the operation that reads a value (on eager
 * engines `run` throws it).
 */
export async function compile(
  fn: TensorFunction,
  signature: Signature,
  options: CompileOptions = {},
): Promise<Compiled> {
  const executable = await makeExecutable(fn, signature, options);
  return {
    facts: factsOf(executable),
    run: async (inputs) => executable.run(checkedFeeds(signature, inputs)),
    dispose: () => executable.dispose(),
  };
}

/** The engine's way to run `fn`. */
export function makeExecutable(
  fn: TensorFunction,
  signature: Signature,
  { engine = 'graph', weights = new Map(), threads }: CompileOptions,
): Promise<Executable> {
  return isGraphEngine(engine)
    ? graphExecutable(engine, fn, signature, weights, threads)
    : eagerExecutable(engine, fn, signature, weights);
}

export function factsOf(executable: Executable): CompiledFacts {
  const { engine, provider, fallbacks, nodes, traceMilliseconds, sessionMilliseconds } = executable;
  return { engine, provider, fallbacks, nodes, traceMilliseconds, sessionMilliseconds };
}
