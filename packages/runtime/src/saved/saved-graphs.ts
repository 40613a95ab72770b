import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CheckpointError, ConfigError, writeFolderAtomically } from '@vosvfi/core';
import type { GraphEngineId, Signature } from '../engine.js';
import type { Executable } from '../engines/executable.js';
import type { GraphLayout, GraphProgram, ModelSource } from '../engines/graph-program.js';
import { writeHashed } from '../onnx/model-files.js';
import { opsetVersion } from '../onnx/write-model.js';
import { formatVersion, type Manifest, manifestName, type SavedGraph } from './manifest.js';

/** What is saved besides graphs. */
export type SavedFacts = Pick<Manifest, 'kind' | 'step'>;

/**
 * Writes graphs and their description to the folder `path`, which appears whole or not at all.
 * @param graphs Makes each graph when its turn comes, so that one of them is in memory at a time.
 * @throws ConfigError if there is something at `path` that is not such a folder.
 */
export async function saveGraphs(
  path: string,
  facts: SavedFacts,
  engine: GraphEngineId,
  graphs: Readonly<Record<string, NonNullable<Executable['program']>>>,
): Promise<void> {
  await assertReplaceable(path);
  await writeFolderAtomically(path, async (folder) => {
    const saved: Record<string, SavedGraph> = {};
    for (const [name, make] of Object.entries(graphs))
      saved[name] = await saveGraph(folder, name, make({ dataFile: `${name}.onnx.data` }));
    const manifest: Manifest = {
      format: 'vosvfi-compiled',
      version: formatVersion,
      ...facts,
      producer: producer(),
      opset: opsetVersion,
      engine,
      graphs: saved,
    };
    await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  });
}

async function saveGraph(folder: string, name: string, program: GraphProgram): Promise<SavedGraph> {
  const { model, nodes, inputs, outputs } = program;
  const modelFile = `${name}.onnx`;
  const written = { file: modelFile, ...(await writeHashed(join(folder, modelFile), [model.bytes])) };
  const { data } = model;
  return {
    model: written,
    ...(data && { data: { file: data.file, ...(await writeHashed(join(folder, data.file), data.pieces)) } }),
    nodes,
    inputs: listed(inputs),
    outputs: outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] })),
  };
}

/**
 * The graph of a saved folder, with its files checked.
 * @throws CheckpointError naming the file that is missing, truncated or damaged.
 */
export async function openSavedGraph(
  path: string,
  { engine }: Manifest,
  { model, data, nodes, inputs, outputs }: SavedGraph,
): Promise<{ layout: GraphLayout; source: ModelSource }> {
  const bytes = await readModel(join(path, model.file), model);
  if (data !== undefined) await checkData(join(path, data.file), data);
  return {
    layout: { engine, nodes, inputs: signatureFrom(inputs), outputs },
    source: { model: data === undefined ? bytes : join(path, model.file), remove: async () => undefined },
  };
}

/** A signature as a list, because JSON objects do not keep the order of every name. */
export function listed(signature: Signature): { name: string; dtype: 'float32' | 'int32' | 'bool'; shape: number[] }[] {
  return Object.entries(signature).map(([name, { dtype = 'float32', shape }]) => ({ name, dtype, shape: [...shape] }));
}

/** The inverse of {@link listed}. */
export function signatureFrom(tensors: ReturnType<typeof listed>): Signature {
  return Object.fromEntries(tensors.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
}

type FileFacts = SavedGraph['model'];

async function readModel(file: string, expected: FileFacts): Promise<Uint8Array> {
  await assertLength(file, expected);
  const bytes = await readFile(file);
  assertHash(file, expected, createHash('sha256').update(bytes).digest('hex'));
  return bytes;
}

async function checkData(file: string, expected: FileFacts): Promise<void> {
  await assertLength(file, expected);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 22 })) hash.update(chunk as Buffer);
  assertHash(file, expected, hash.digest('hex'));
}

async function assertLength(file: string, { bytes }: FileFacts): Promise<void> {
  const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new CheckpointError(file, `cannot be read (${error.code}).`, { cause: error });
  });
  if (size === bytes) return;
  throw new CheckpointError(file, `${size < bytes ? 'is truncated: ' : ''}expected ${bytes} bytes, found ${size}.`);
}

function assertHash(file: string, { sha256 }: FileFacts, found: string): void {
  if (found === sha256) return;
  throw new CheckpointError(file, `is damaged: expected SHA-256 ${sha256}, found ${found}.`);
}

/** Saving replaces a saved folder or fills an empty one; anything else at that path was meant for something else. */
async function assertReplaceable(path: string): Promise<void> {
  const names: string[] = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw new ConfigError('path', `${path} is a file; a saved function is a folder.`);
    throw error;
  });
  if (names.length === 0 || names.includes(manifestName)) return;
  throw new ConfigError('path', `${path} is a folder with other files, which saving would replace.`);
}

function producer(): string {
  const { name, version } = createRequire(import.meta.url)('@vosvfi/runtime/package.json') as Record<string, string>;
  return `${name} ${version}`;
}
