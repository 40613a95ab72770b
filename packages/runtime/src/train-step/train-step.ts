import { ConfigError, TrainingError, type WeightMap } from '@vosvfi/core';
import { checkedFeeds } from '../check-inputs.js';
import type { CompiledFacts, Signature, TrainStep } from '../engine.js';
import type { ResidentTensors } from '../engines/resident-tensors.js';
import { Lifetime } from '../lifetime.js';
import type { StepRunner } from './step-runner.js';
import { TrainingState } from './training-state.js';

/** What a training step is made of, besides weights. */
export interface StepParts {
  readonly facts: CompiledFacts;
  readonly signature: Signature;
  readonly slots: readonly string[];
  readonly runner: StepRunner;
  /** Where weights and optimizer state stay between steps, if not in the host's memory. */
  readonly resident?: ResidentTensors | undefined;
  save(path: string): Promise<void>;
  /** Frees the graphs. */
  dispose(): Promise<void>;
}

/** A training step that starts from `parameters`, with empty optimizer state. */
export function trainStepOf(parts: StepParts, parameters: WeightMap): TrainStep {
  const { facts, signature, slots, runner } = parts;
  const state = new TrainingState(parameters, slots, parts.resident);
  const lifetime = new Lifetime('The training step');
  // Two steps at once would read the same weights: each waits for the one before.
  let last: Promise<unknown> = Promise.resolve();
  let running = 0;

  const runOnce: TrainStep['run'] = async (inputs, { learningRate }) => {
    if (!Number.isFinite(learningRate)) {
      throw new ConfigError('learningRate', `expected a finite number, found ${learningRate}.`);
    }
    const values = await runner.run(checkedFeeds(signature, inputs), state, learningRate);
    const applied = Number.isFinite(values.total) && Number.isFinite(values.gradientNorm);
    if (applied) state.accept();
    return { ...values, applied };
  };

  return {
    facts,
    run: (inputs, options) =>
      lifetime.use(() => {
        running += 1;
        const result = last
          .then(() => runOnce(inputs, options))
          .finally(() => {
            running -= 1;
          });
        last = result.catch(() => undefined);
        return result;
      }),
    settle: () => lifetime.use(() => last.then(() => state.settle())),
    weights: () => state.weights(),
    state: () => ({ step: state.step, slots: state.slots() }),
    restore: (weights, saved) => {
      if (running > 0) {
        throw new TrainingError('Weights cannot be restored while steps run.', { hint: 'Wait for them first.' });
      }
      state.restore(weights, saved);
    },
    save: (path) => lifetime.use(() => parts.save(path)),
    dispose: () =>
      lifetime.end(async () => {
        // Before the graphs: a session takes the device's memory with it, and freeing that again ends the process.
        parts.resident?.dispose();
        await parts.dispose();
      }),
  };
}
