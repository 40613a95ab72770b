import { ConfigError, type HostTensor, type TensorData, type WeightMap } from '@vosvfi/core';
import { compile } from '../compile.js';
import type { Compiled, CompiledFacts, CompileOptions, Signature, TensorFunction } from '../engine.js';
import { Lifetime } from '../lifetime.js';
import { LeaseCache } from './lease-cache.js';

/** Options of {@link createCompiler}. */
export interface CompilerOptions extends Omit<CompileOptions, 'weights'> {
  /** Compiled functions kept at a time, over all functions and shapes. Default 4. */
  readonly capacity?: number;
  /** Told about every compilation: what it was for and what it cost. */
  readonly onCompile?: (compilation: Compilation) => void;
}

/** One function that was compiled for one signature. */
export interface Compilation {
  /** The function's `name`. */
  readonly name: string;
  readonly signature: Signature;
  readonly facts: CompiledFacts;
}

/** What a {@link Compiler} has done so far. */
export interface CompilerFacts {
  readonly compilations: number;
  /** Compiled functions in memory now. */
  readonly kept: number;
  /** Spent on tracing and on making sessions. */
  readonly milliseconds: number;
}

/** A function that is compiled for the shapes it is called with. `into` is that of `Compiled.run`. */
export type CompiledOnDemand = (
  inputs: Readonly<Record<string, HostTensor>>,
  into?: Readonly<Record<string, TensorData>>,
) => Promise<Record<string, HostTensor>>;

/** Compiles functions when they are called with shapes that are new, and keeps the most recently used ones. */
export interface Compiler {
  /**
   * Makes `fn` callable with inputs of any shape. The first call of each signature (names, shapes and types of the
   * inputs) compiles it; calls of the same signature at a time compile once.
   */
  define(fn: TensorFunction, weights?: WeightMap): CompiledOnDemand;
  facts(): CompilerFacts;
  /** Waits for calls that run, then frees everything. Later calls fail. */
  dispose(): Promise<void>;
}

/**
 * A session cache. What was used longest ago is disposed of before something new is compiled, once no call runs in it, so
 * that never more than `capacity` compiled functions are in memory.
 *
 * @throws ConfigError unless `capacity` is a positive whole number. Calls throw as `compile` and `Compiled.run` do.
 */
export function createCompiler({ capacity = 4, onCompile, ...engine }: CompilerOptions = {}): Compiler {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new ConfigError('capacity', `expected a positive whole number, found ${capacity}.`);
  }
  const cache = new LeaseCache<Compiled>(capacity);
  const lifetime = new Lifetime('The compiler');
  const facts = { compilations: 0, milliseconds: 0 };
  let functions = 0;

  const make = async (fn: TensorFunction, signature: Signature, weights?: WeightMap): Promise<Compiled> => {
    const compiled = await compile(fn, signature, { ...engine, ...(weights && { weights }) });
    facts.compilations += 1;
    facts.milliseconds += compiled.facts.traceMilliseconds + compiled.facts.sessionMilliseconds;
    onCompile?.({ name: fn.name, signature, facts: compiled.facts });
    return compiled;
  };

  return {
    define: (fn, weights) => {
      const id = functions++;
      return (inputs, into) =>
        lifetime.use(() => {
          const signature = signatureOf(inputs);
          return cache.use(
            `${id} ${signatureKey(signature)}`,
            () => make(fn, signature, weights),
            (compiled) => compiled.run(inputs, into),
          );
        });
    },
    facts: () => ({ ...facts, kept: cache.size }),
    dispose: () => lifetime.end(() => cache.clear()),
  };
}

/** The signature that `inputs` fit. */
function signatureOf(inputs: Readonly<Record<string, HostTensor>>): Signature {
  return Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
}

/** Equal for equal signatures, in whatever order the inputs are named. */
function signatureKey(signature: Signature): string {
  return JSON.stringify(Object.entries(signature).sort(([a], [b]) => (a < b ? -1 : 1)));
}
