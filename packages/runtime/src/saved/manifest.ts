import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@vosvfi/core';
import { z } from 'zod';
import { engineIds, type GraphEngineId, isGraphEngine } from '../engine.js';

/** The file that makes a folder a saved function or training step, and says what else is in it. */
export const manifestName = 'compiled.json';

/** Counts the changes of the folder's layout that older versions cannot read. */
export const formatVersion = 1;

const count = z.int().min(0);
const file = z.strictObject({
  file: z.string().regex(/^[\w.-]+$/),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const tensor = z.strictObject({
  name: z.string(),
  dtype: z.enum(['float32', 'int32', 'bool']),
  shape: z.array(z.int().min(0)),
});
const graphEngine = z.enum(engineIds.filter((id): id is GraphEngineId => isGraphEngine(id)));

const graphSchema = z.strictObject({
  model: file,
  /** Constants that the model has no room for. */
  data: file.optional(),
  nodes: count,
  inputs: z.array(tensor),
  outputs: z.array(tensor),
});

const manifestSchema = z.strictObject({
  format: z.literal('vosvfi-compiled'),
  version: z.literal(formatVersion),
  kind: z.enum(['function', 'train-step']),
  /** Package and version that wrote the folder. */
  producer: z.string(),
  opset: count,
  /** The engine that the graphs were compiled for. */
  engine: graphEngine,
  graphs: z.record(z.string(), graphSchema),
  /** What a training step carries along. */
  step: z
    .strictObject({
      optimizer: z.string(),
      slots: z.array(z.string()),
      parameters: z.array(tensor.omit({ dtype: true })),
      signature: z.array(tensor),
      accumulate: z.int().min(1),
    })
    .optional(),
});

/** What `compiled.json` holds. */
export type Manifest = z.infer<typeof manifestSchema>;
/** One graph of a {@link Manifest}. */
export type SavedGraph = z.infer<typeof graphSchema>;

const formatSchema = z.looseObject({ format: z.literal('vosvfi-compiled'), version: z.int(), producer: z.string() });

/**
 * Reads and checks the manifest of a saved folder.
 * @throws CheckpointError naming the file if it is missing, of another format or version, or of another kind.
 */
export async function readManifest(path: string, kind: Manifest['kind']): Promise<Manifest> {
  const manifestFile = join(path, manifestName);
  const text = await readFile(manifestFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CheckpointError(path, `is not a saved function: ${manifestName} cannot be read (${error.code}).`, {
      cause: error,
    });
  });
  const content = parsed(manifestFile, text);
  const known = formatSchema.safeParse(content);
  if (!known.success) {
    throw new CheckpointError(
      manifestFile,
      `is not the description of a saved function: ${z.prettifyError(known.error)}`,
    );
  }
  const { version, producer } = known.data;
  if (version !== formatVersion) {
    throw new CheckpointError(
      manifestFile,
      `expected format version ${formatVersion}, found ${version}, written by ${producer}.`,
      { hint: 'Compile the function again and save it with this version.' },
    );
  }
  const manifest = manifestSchema.safeParse(content);
  if (!manifest.success) throw new CheckpointError(manifestFile, `is damaged: ${z.prettifyError(manifest.error)}`);
  if (manifest.data.kind !== kind) {
    const [expected, found] = [kind, manifest.data.kind].map((name) => name.replace('-', 'ing '));
    throw new CheckpointError(path, `expected a saved ${expected}, found a ${found}.`);
  }
  return manifest.data;
}

function parsed(manifestFile: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(manifestFile, `is damaged or truncated: ${(cause as Error).message}`, { cause });
  }
}
