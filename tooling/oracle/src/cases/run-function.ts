import type { HostTensor } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import { toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import type { OracleContext } from '../case.js';

/** The stored tensor of `name`; rank 4 is moved from NCHW to NHWC. */
export function storedInput({ tensors, dir }: OracleContext, name: string): HostTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`${dir} stores no tensor "${name}".`);
  return tensor.shape.length === 4 ? toChannelsLast(tensor) : tensor;
}

/** Runs a function once on the asked-for engine. Outputs are as the function gives them. */
export async function runFunction(
  { engine, weights }: OracleContext,
  fn: TensorFunction,
  inputs: Readonly<Record<string, HostTensor>>,
): Promise<Record<string, HostTensor>> {
  const signature = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
  const compiled = await compile(fn, signature, { engine, weights });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** Moves rank-4 results from NHWC to the stored NCHW. */
export function toStored(outputs: Readonly<Record<string, HostTensor>>): Map<string, HostTensor> {
  return new Map(
    Object.entries(outputs).map(([name, tensor]) => [
      name,
      tensor.shape.length === 4 ? toChannelsFirst(tensor) : tensor,
    ]),
  );
}
