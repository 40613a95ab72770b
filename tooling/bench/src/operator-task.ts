import type { HostTensor } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import { readExchange } from './exchange.js';
import type { Task } from './serve.js';
import { workerArguments } from './workers/arguments.js';

type Tensors = Readonly<Record<string, HostTensor>>;

/** How to time one operator. */
export interface OperatorTask {
  /** What is timed. */
  readonly fn: TensorFunction;
  /** Makes its inputs out of those of the exchange file (uniform in 0..1), which is not timed. */
  readonly inputs: (drawn: Tensors, threads: number) => Tensors | Promise<Tensors>;
  /** Outputs whose mean and mean square both competitors must agree on. */
  readonly compared: readonly string[];
}

/** An operator, compiled and warm. */
export async function openOperator({ fn, inputs, compared }: OperatorTask): Promise<Task> {
  const { tensors, threads } = workerArguments();
  const given = await inputs((await readExchange(tensors)).inputs, threads);
  const compiled = await compile(fn, signatureOf(given), { threads });
  const run = () => compiled.run(given);
  const outputs = await run();
  const check = Object.fromEntries(compared.flatMap((name) => moments(name, outputs[name]!)));
  return { run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` };
}

/** Shapes of tensors, for {@link compile}. */
export function signatureOf(tensors: Tensors): Record<string, { shape: readonly number[] }> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, { shape }]));
}

/** `tensor` with `scale` (value - 1/2) in place of every value. */
export function centred({ data, shape }: HostTensor, scale: number): HostTensor {
  return { data: Float32Array.from(data, (value) => scale * (value - 0.5)), shape, dtype: 'float32' };
}

function moments(name: string, { data }: HostTensor): [string, number][] {
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  return [
    [`${name} mean`, sum / data.length],
    [`${name} mean square`, squares / data.length],
  ];
}
