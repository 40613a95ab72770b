import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CheckpointError, type FloatTensor, hostTensor, sizeOf, type WeightMap } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';
import { z } from 'zod';

const manifestSchema = z.object({
  format: z.string(),
  source: z.string().optional(),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int().positive()), offset: z.int().nonnegative() })),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
type Manifest = z.infer<typeof manifestSchema>;

/**
 * Parameters of a metric from a file of the user's: safetensors, or a JSON manifest beside a file of the same name that
 * ends in `.f32` (little-endian float32, C order). A manifest lists `tensors` of `name`, `shape` and byte `offset`, and
 * the `bytes` and `sha256` of the `.f32` file, which are checked.
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function readMetricParameters(path: string): Promise<WeightMap> {
  if (path.endsWith('.json')) return readManifest(path);
  const { tensors } = await readSafetensors(path);
  return new Map([...tensors].map(([name, tensor]) => [name, toHostTensor(tensor, name)]));
}

async function readManifest(path: string): Promise<Map<string, FloatTensor>> {
  const manifest = parseManifest(path, await readBytes(path));
  if (!manifest.format.startsWith('little-endian float32')) {
    throw new CheckpointError(path, `expected the format "little-endian float32", found "${manifest.format}".`);
  }
  const dataPath = path.replace(/\.json$/, '.f32');
  const bytes = await readBytes(dataPath);
  if (bytes.length !== manifest.bytes) {
    throw new CheckpointError(dataPath, `has ${bytes.length} bytes; its manifest says ${manifest.bytes}.`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) {
    throw new CheckpointError(dataPath, 'does not have the SHA-256 of its manifest.', { hint: 'Get the file again.' });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Map(
    manifest.tensors.map(({ name, shape, offset }) => {
      const length = sizeOf(shape);
      if (offset + 4 * length > bytes.length) {
        throw new CheckpointError(path, `tensor "${name}" ends after the ${bytes.length} bytes of ${dataPath}.`);
      }
      const values = Float32Array.from({ length }, (_, i) => view.getFloat32(offset + 4 * i, true));
      return [name, hostTensor(values, shape)];
    }),
  );
}

function parseManifest(path: string, bytes: Buffer): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new CheckpointError(path, `is not a manifest of parameters (${reason}).`, { cause });
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new CheckpointError(path, code === 'ENOENT' ? 'no such file.' : `cannot be read (${code}).`, { cause });
  }
}
