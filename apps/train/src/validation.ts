import type { BatchSource, HostTensor, WeightMap } from '@vosvfi/core';
import { compile, type EngineId, type Signature } from '@vosvfi/runtime';
import { type Measure, pick, signatureOf } from './tasks/task.js';

/** Measures a network, again and again while its weights change. */
export interface Validator {
  measure(weights: WeightMap): Promise<Record<string, number>>;
  dispose(): Promise<void>;
}

const prefix = 'weight:';

/**
 * Compiles `measure` over the first `count` batches of `batches`, which it takes over (and disposes).
 * Weights are inputs, not constants, so that nothing is compiled again for new ones.
 */
export async function createValidator(
  measure: Measure,
  weights: WeightMap,
  batches: BatchSource,
  count: number,
  engine: EngineId,
): Promise<Validator> {
  const first = pick(await batches.batch(0), measure.inputs);
  const signature: Signature = { ...signatureOf(first), ...signatureOf(prefixed(weights)) };
  const compiled = await compile(
    (inputs) => {
      const named = Object.entries(inputs).filter(([key]) => key.startsWith(prefix));
      return measure.run(inputs, new Map(named.map(([key, tensor]) => [key.slice(prefix.length), tensor])));
    },
    signature,
    { engine },
  );
  return {
    measure: async (current) => {
      const samples: Record<string, number[]> = {};
      for (let i = 0; i < count; i += 1) {
        const batch = pick(await batches.batch(i), measure.inputs);
        const outputs = await compiled.run({ ...batch, ...prefixed(current) });
        for (const [key, { data }] of Object.entries(outputs)) {
          samples[key] ??= [];
          samples[key].push(...data);
        }
      }
      return measure.read(samples);
    },
    dispose: async () => {
      await Promise.all([compiled.dispose(), batches.dispose()]);
    },
  };
}

function prefixed(weights: WeightMap): Record<string, HostTensor> {
  return Object.fromEntries([...weights].map(([key, tensor]) => [prefix + key, tensor]));
}
