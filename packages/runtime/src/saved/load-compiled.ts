import { CheckpointError, ConfigError } from '@vosvfi/core';
import { checkThreads, describeSpec } from '../check-inputs.js';
import { compiledOf } from '../compile.js';
import type { Compiled, EngineId, Signature } from '../engine.js';
import { openGraph } from '../engines/graph-executable.js';
import { type Manifest, readManifest, type SavedGraph } from './manifest.js';
import { openSavedGraph } from './saved-graphs.js';

/** How to load what was saved. */
export interface LoadOptions {
  /** The engine that it must have been compiled for; default: whichever it was. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Inputs that it must have; default: not checked. */
  readonly signature?: Signature;
}

/**
 * Loads what `Compiled.save` wrote: no function is traced, only a session is made.
 * @throws CheckpointError naming the file that is missing, truncated, damaged or of another version, or the input that
 * `signature` expects otherwise; ConfigError if it was compiled for another engine.
 */
export async function loadCompiled(path: string, options: LoadOptions = {}): Promise<Compiled> {
  checkThreads(options.threads);
  const manifest = await readManifest(path, 'function');
  assertEngine(path, manifest, options.engine);
  const { layout, source } = await openSavedGraph(path, manifest, graphOf(path, manifest, 'function'));
  if (options.signature !== undefined) assertSignature(path, layout.inputs, options.signature);
  return compiledOf(await openGraph(layout, source, options.threads), layout.inputs);
}

/** @throws ConfigError if the folder holds graphs for another engine than the one asked for. */
export function assertEngine(path: string, { engine }: Manifest, wanted: EngineId | undefined): void {
  if (wanted === undefined || wanted === engine) return;
  throw new ConfigError('engine', `${path} was compiled for engine "${engine}", not for "${wanted}".`, {
    hint: 'Compile the function for that engine and save it.',
  });
}

export function graphOf(path: string, { graphs }: Manifest, name: string): SavedGraph {
  const graph = graphs[name];
  if (graph === undefined) throw new CheckpointError(path, `graph "${name}" is missing.`);
  return graph;
}

/** @throws CheckpointError naming the first input in which two signatures differ. */
export function assertSignature(path: string, found: Signature, expected: Signature): void {
  const describe = (signature: Signature, name: string) => {
    const spec = Object.hasOwn(signature, name) ? signature[name] : undefined;
    return spec === undefined ? 'nothing' : describeSpec(spec);
  };
  for (const name of Object.keys({ ...expected, ...found })) {
    const [wanted, given] = [describe(expected, name), describe(found, name)];
    if (wanted === given) continue;
    throw new CheckpointError(path, `input "${name}": expected ${wanted}, found ${given}.`, {
      hint: 'It was saved for another signature.',
    });
  }
}
