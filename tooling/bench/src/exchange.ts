import { createRandom, type HostTensor, hostTensor, type Random, sizeOf, type WeightMap } from '@vosvfi/core';
import { readSafetensors, toFloat32, writeSafetensors } from '@vosvfi/core/safetensors';
import { initializeWeights, type ParameterSpec } from '@vosvfi/runtime';

/** Tensors that both competitors of a row read: `weights.KEY` and `in.NAME` (NHWC). */
export interface Exchange {
  readonly weights: WeightMap;
  readonly inputs: Readonly<Record<string, HostTensor>>;
}

/** An input by its name: t is one half, masks are 0 or 1, offsets are of some pixels, frames uniform in 0..1. */
function drawInput(name: string, random: Random): number {
  if (name === 't') return 0.5;
  if (name.startsWith('offsets')) return random.normal(0, 3);
  return name.startsWith('mask') ? random.integer(0, 1) : random.uniform();
}

/** Seeded weights and inputs in a safetensors file. */
export async function writeExchange(
  file: string,
  parameters: readonly ParameterSpec[],
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const random = createRandom(1);
  const tensors = new Map<string, HostTensor>();
  for (const [key, weight] of initializeWeights(parameters, random.fork('weights')))
    tensors.set(`weights.${key}`, weight);
  for (const [name, shape] of Object.entries(shapes)) {
    const stream = random.fork(name);
    const values = Float32Array.from({ length: sizeOf(shape) }, () => drawInput(name, stream));
    tensors.set(`in.${name}`, hostTensor(values, shape));
  }
  await writeSafetensors(file, tensors);
}

/** Reads what {@link writeExchange} wrote. */
export async function readExchange(file: string): Promise<Exchange> {
  const weights = new Map<string, HostTensor>();
  const inputs: Record<string, HostTensor> = {};
  for (const [name, stored] of (await readSafetensors(file)).tensors) {
    const tensor = toFloat32(stored);
    if (name.startsWith('weights.')) weights.set(name.slice('weights.'.length), tensor);
    else inputs[name.slice('in.'.length)] = tensor;
  }
  return { weights, inputs };
}
