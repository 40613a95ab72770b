import { ConfigError } from '@vosvfi/core';
import { checkDeclarations } from '../check-inputs.js';
import type { Signature, TrainStepOptions } from '../engine.js';

/** @throws ConfigError or ShapeError naming the option, input or parameter that cannot be. */
export function checkStepOptions(options: TrainStepOptions): void {
  const { signature, parameters, frozen, clipNorm, accumulate = 1 } = options;
  if (!Number.isSafeInteger(accumulate) || accumulate < 1) {
    throw new ConfigError('accumulate', `expected a positive whole number, found ${accumulate}.`);
  }
  if (clipNorm !== undefined && !(clipNorm > 0)) {
    throw new ConfigError('clipNorm', `expected a number above 0, found ${clipNorm}.`);
  }
  if (parameters.size === 0) throw new ConfigError('parameters', 'there is nothing to train.');
  for (const [key, { dtype }] of parameters) {
    if (dtype !== 'float32') {
      throw new ConfigError(`parameters.${key}`, `only float32 can be trained, found ${dtype}.`, {
        hint: 'Give it in `frozen`.',
      });
    }
  }
  checkDeclarations(signature, parameters);
  checkDeclarations({}, frozen);
  if (accumulate > 1) checkBatches(signature, accumulate);
}

function checkBatches(signature: Signature, count: number): void {
  for (const [name, { shape }] of Object.entries(signature)) {
    if (isShared(shape) || (shape[0] as number) % count === 0) continue;
    throw new ConfigError(
      `signature.${name}.shape[0]`,
      `expected a multiple of ${count}, because the batch is split into ${count} micro-batches; found ${shape[0]}.`,
    );
  }
}

/** True for inputs that have no batch axis, or one of extent 1: every micro-batch gets them whole. */
export function isShared(shape: readonly number[]): boolean {
  return (shape[0] ?? 1) === 1;
}

/** The signature of one of `count` micro-batches. */
export function microBatchSignature(signature: Signature, count: number): Signature {
  return Object.fromEntries(
    Object.entries(signature).map(([name, { shape, dtype = 'float32' }]) => {
      const [extent = 1, ...rest] = shape;
      return [name, { shape: isShared(shape) ? shape : [extent / count, ...rest], dtype }];
    }),
  );
}
