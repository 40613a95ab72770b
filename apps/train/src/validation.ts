import type { BatchSource, HostTensor, WeightMap } from '@vosvfi/core';
import { compile, type EngineId, type Signature } from '@vosvfi/runtime';
import type { Validation, ValidationPicture } from '@vosvfi/train';
import { type Measure, pick, sampleOf, signatureOf } from './tasks/task.js';

/** Measures a network, again and again while its weights change. */
export interface Validator {
  /** Metrics over all samples, and pictures of the first ones. */
  measure(weights: WeightMap): Promise<Validation>;
  dispose(): Promise<void>;
}

const prefix = 'weight:';

/** What {@link createValidator} works on. */
export interface ValidatorOptions {
  readonly measure: Measure;
  /** Weights of the shapes that will be measured. */
  readonly weights: WeightMap;
  /** Taken over: disposed with the validator. */
  readonly batches: BatchSource;
  /** Batches that are measured: the first ones. */
  readonly count: number;
  /** Samples that are shown: the first ones of those measured. */
  readonly pictures: number;
  readonly engine: EngineId;
}

/**
 * Compiles a measure over batches. Weights are inputs, not constants, so that nothing is compiled again for new ones.
 */
export async function createValidator(options: ValidatorOptions): Promise<Validator> {
  const { measure, weights, batches, count, pictures: shown, engine } = options;
  const first = pick(await batches.batch(0), measure.inputs);
  const signature: Signature = { ...signatureOf(first), ...signatureOf(prefixed(weights)) };
  const compiled = await compile(
    (inputs) => {
      const named = Object.entries(inputs).filter(([key]) => key.startsWith(prefix));
      const outputs = measure.run(inputs, new Map(named.map(([key, tensor]) => [key.slice(prefix.length), tensor])));
      if (shown > 0) return outputs;
      return Object.fromEntries(Object.entries(outputs).filter(([key]) => !measure.show.outputs.includes(key)));
    },
    signature,
    { engine },
  );
  return {
    measure: async (current) => {
      const samples: Record<string, number[]> = {};
      const pictures: ValidationPicture[] = [];
      for (let i = 0; i < count; i += 1) {
        const batch = pick(await batches.batch(i), measure.inputs);
        const outputs = await compiled.run({ ...batch, ...prefixed(current) });
        for (const [key, { data }] of Object.entries(outputs)) {
          if (measure.show.outputs.includes(key)) continue;
          samples[key] ??= [];
          samples[key].push(...data);
        }
        for (let j = 0; j < batchSizeOf(batch) && pictures.length < shown; j += 1) {
          const frame = measure.show.picture(sampleOf({ ...batch, ...outputs }, j));
          pictures.push({ name: `sample-${pictures.length}`, frame });
        }
      }
      return { metrics: measure.read(samples), pictures };
    },
    dispose: async () => {
      await Promise.all([compiled.dispose(), batches.dispose()]);
    },
  };
}

function prefixed(weights: WeightMap): Record<string, HostTensor> {
  return Object.fromEntries([...weights].map(([key, tensor]) => [prefix + key, tensor]));
}

function batchSizeOf(batch: Readonly<Record<string, HostTensor>>): number {
  return Object.values(batch)[0]?.shape[0] ?? 0;
}
