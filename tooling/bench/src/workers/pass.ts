import { parseArgs } from 'node:util';
import type { HostTensor } from '@vosvfi/core';
import { ifrnetObjective } from '@vosvfi/losses';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import {
  type Compiled,
  type CompiledFacts,
  compile,
  compileTrainStep,
  type PassName,
  passNames,
  type Signature,
} from '@vosvfi/runtime';
import { adamW } from '@vosvfi/train';
import { readExchange } from '../exchange.js';
import { serve, type Task } from '../serve.js';
import { hostUpdatedTraining } from './host-update.js';

const { values: flags } = parseArgs({
  options: {
    tensors: { type: 'string' },
    threads: { type: 'string' },
    /** `inference`, `train`, or `host-update`: training whose weights are updated outside of the graph. */
    task: { type: 'string', default: 'train' },
    /** The pass to leave out. */
    without: { type: 'string' },
    /** Compute activations again in the backward pass. */
    recompute: { type: 'boolean', default: false },
  },
});
const { weights, inputs } = await readExchange(flags.tensors!);
const signature: Signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const network = createIfrnet('ifrnet_s');
const withoutPasses: PassName[] = passNames.filter((name) => name === flags.without);
const options = { threads: Number(flags.threads), withoutPasses };

function version({ nodes, traceMilliseconds, sessionMilliseconds, passes }: CompiledFacts): string {
  const inPasses = passes.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const [trace, session] = [traceMilliseconds, sessionMilliseconds].map(Math.round);
  return `VOSVFI, ${nodes} nodes; traced in ${trace} ms, ${Math.round(inPasses)} ms of them passes; session in ${session} ms`;
}

async function inference(): Promise<Task> {
  const compiled: Compiled = await compile(
    ({ frame0, frame1, t }, w) => ({
      frame: network.forward(w, { frame0: frame0!, frame1: frame1!, t: t! }).frame,
    }),
    signature,
    { ...options, weights },
  );
  const run = () => compiled.run(inputs);
  const data = ((await run()).frame as HostTensor).data as Float32Array;
  const check = { mean: data.reduce((sum, value) => sum + value / data.length, 0) };
  return { run, check, version: version(compiled.facts) };
}

async function training(): Promise<Task> {
  const parts = {
    loss: (w, given) => {
      const frames = { frame0: given.frame0!, frame1: given.frame1!, frameT: given.frameT!, t: given.t! };
      return ifrnetObjective(network.forwardTraining(w, { ...frames, recompute: flags.recompute }), frames);
    },
    parameters: weights,
    signature,
    ...options,
  } satisfies Partial<Parameters<typeof compileTrainStep>[0]>;
  const step =
    flags.task === 'host-update'
      ? await hostUpdatedTraining(parts)
      : await compileTrainStep({ ...parts, optimizer: adamW() });
  const run = () => step.run(inputs, { learningRate: 1e-4 });
  const check: Record<string, number> = {};
  for (const count of [1, 2, 3]) check[`loss ${count}`] = (await run()).total;
  return { run, check, version: version(step.facts) };
}

await serve(await (flags.task === 'inference' ? inference() : training()));
