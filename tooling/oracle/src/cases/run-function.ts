import type { HostTensor } from '@vosvfi/core';
import { type Compiled, compile, type Signature, type TensorFunction } from '@vosvfi/runtime';
import { toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import type { OracleContext } from '../case.js';

type Tensors = Readonly<Record<string, HostTensor>>;

/** The stored tensor of `name`; rank 4 is moved from NCHW to NHWC. */
export function storedInput({ tensors, dir }: OracleContext, name: string): HostTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`${dir} stores no tensor "${name}".`);
  return tensor.shape.length === 4 ? toChannelsLast(tensor) : tensor;
}

/** Compiles a function for inputs like `inputs`, hands it to `use`, and frees it. */
export async function withCompiled<T>(
  { engine, weights }: OracleContext,
  fn: TensorFunction,
  inputs: Tensors,
  use: (compiled: Compiled) => Promise<T>,
): Promise<T> {
  const signature: Signature = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
  const compiled = await compile(fn, signature, { engine, weights });
  try {
    return await use(compiled);
  } finally {
    await compiled.dispose();
  }
}

/** Runs a function once on the asked-for engine. Outputs are as the function gives them. */
export function runFunction(
  context: OracleContext,
  fn: TensorFunction,
  inputs: Tensors,
): Promise<Record<string, HostTensor>> {
  return withCompiled(context, fn, inputs, (compiled) => compiled.run(inputs));
}

/** Moves rank-4 results from NHWC to the stored NCHW. */
export function toStored(outputs: Tensors): Map<string, HostTensor> {
  return new Map(
    Object.entries(outputs).map(([name, tensor]) => [
      name,
      tensor.shape.length === 4 ? toChannelsFirst(tensor) : tensor,
    ]),
  );
}
