import type { HostTensor } from '@vosvfi/core';
import { compile, type EngineId, type TensorFunction } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { expect } from 'vitest';

function host(x: tf.Tensor): HostTensor {
  const dtype = x.dtype === 'int32' ? 'int32' : 'float32';
  return { data: x.dataSync() as Float32Array, shape: x.shape, dtype } as HostTensor;
}

/** Runs `fn` on an engine with the values of `tensors`. */
export async function runOn(
  engine: EngineId,
  fn: TensorFunction,
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, HostTensor>> {
  const inputs = Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, host(x)]));
  const compiled = await compile(fn, inputs, { engine });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** Expects engine `graph` to give what `cpu` gives, within a relative L2 error. */
export async function expectSameOnGraph(
  fn: TensorFunction,
  tensors: Readonly<Record<string, tf.Tensor>>,
  limit = 2e-6,
): Promise<void> {
  const [eager, graph] = [await runOn('cpu', fn, tensors), await runOn('graph', fn, tensors)];
  for (const name of Object.keys(eager)) {
    expect(graph[name]!.shape, name).toEqual(eager[name]!.shape);
    expect(relativeL2(graph[name]!.data, eager[name]!.data), name).toBeLessThan(limit);
  }
}
