import { fileURLToPath } from 'node:url';
import type { HostTensor } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';

/** Reads a fixture: floating point as float32, integers (of any width) as int32, booleans as bool. */
export async function readFixture(path: string | URL): Promise<Map<string, HostTensor>> {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const { tensors } = await readSafetensors(file);
  return new Map([...tensors].map(([name, tensor]) => [name, toHostTensor(tensor, name)]));
}
