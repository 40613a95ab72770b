import type { WeightMap } from '@vosvfi/core';
import type { Signature } from '../engine.js';

/** Names of a step's tensors: what the caller gives and gets is kept apart from what the step carries along. */
export const names = {
  input: (name: string) => `input/${name}`,
  parameter: (key: string) => `parameter/${key}`,
  slot: (slot: string, key: string) => `slot/${slot}/${key}`,
  /** Sum of a parameter's gradients over the micro-batches before. */
  accumulated: (key: string) => `accumulated/${key}`,
  updatedParameter: (key: string) => `updated/parameter/${key}`,
  updatedSlot: (slot: string, key: string) => `updated/slot/${slot}/${key}`,
  updatedAccumulated: (key: string) => `updated/accumulated/${key}`,
  term: (term: string) => `term/${term}`,
  step: 'step',
  learningRate: 'learningRate',
  total: 'total',
  gradientNorm: 'gradientNorm',
};

/** True for outputs that are the next step's inputs. */
export function isCarried(output: string): boolean {
  return output.startsWith('updated/');
}

/** The batch. */
export function batchSignature(signature: Signature): Signature {
  return Object.fromEntries(Object.entries(signature).map(([name, spec]) => [names.input(name), spec]));
}

/** One tensor of a parameter's shape for each parameter. */
export function shapedSignature(parameters: WeightMap, name: (key: string) => string): Signature {
  return Object.fromEntries([...parameters].map(([key, { shape }]) => [name(key), { shape }]));
}

/** What the optimizer reads besides parameters and gradients. */
export function optimizerSignature(parameters: WeightMap, slots: readonly string[]): Signature {
  const shaped = slots.map((slot) => shapedSignature(parameters, (key) => names.slot(slot, key)));
  return { ...Object.assign({}, ...shaped), [names.step]: { shape: [] }, [names.learningRate]: { shape: [] } };
}
