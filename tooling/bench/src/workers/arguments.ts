import { parseArgs } from 'node:util';

/** What every worker is told: the file of weights and inputs, and the number of threads. */
export function workerArguments(): { tensors: string; threads: number } {
  const { values } = parseArgs({ options: { tensors: { type: 'string' }, threads: { type: 'string' } } });
  if (values.tensors === undefined || values.threads === undefined)
    throw new Error('--tensors and --threads are needed.');
  return { tensors: values.tensors, threads: Number(values.threads) };
}
