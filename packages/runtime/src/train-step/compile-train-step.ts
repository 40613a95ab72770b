import { type HostTensor, VosvfiError } from '@vosvfi/core';
import { checkedFeeds } from '../check-inputs.js';
import { factsOf, makeExecutable } from '../compile.js';
import type { StepResult, TrainStep, TrainStepOptions } from '../engine.js';
import { names, stepFunction, stepSignature } from './step-function.js';
import { TrainingState } from './training-state.js';

/**
 * Compiles loss, gradients, gradient clipping and the optimizer's update into one function, and keeps the weights and
 * optimizer state that it advances. Steps are bit-repeatable: same engine, threads, weights and batches give the same
 * bits.
 *
 * @throws UnsupportedError as `compile` does; TrainingError naming parameters that the loss does not depend on;
 * ConfigError for parameters that cannot be trained (on eager engines `run` throws the first two).
 */
export async function compileTrainStep(options: TrainStepOptions): Promise<TrainStep> {
  const { engine, threads, frozen, withoutPasses } = options;
  const executable = await makeExecutable(stepFunction(options), stepSignature(options), {
    ...(engine && { engine }),
    ...(threads !== undefined && { threads }),
    ...(frozen && { weights: frozen }),
    ...(withoutPasses && { withoutPasses }),
  });
  const state = new TrainingState(options.parameters, options.optimizer.slots);

  const runOnce: TrainStep['run'] = async (inputs, { learningRate }) => {
    const batch = Object.entries(checkedFeeds(options.signature, inputs));
    const results = await executable.run(
      {
        ...state.feeds(),
        ...Object.fromEntries(batch.map(([name, data]) => [names.input(name), data])),
        [names.step]: Float32Array.of(state.step + 1),
        [names.learningRate]: Float32Array.of(learningRate),
      },
      state.fetches(),
    );
    const result = stepResult(results);
    if (result.applied) state.accept();
    return result;
  };

  // Two steps at once would read the same weights: each waits for the one before.
  let last: Promise<unknown> = Promise.resolve();
  let disposed = false;
  return {
    facts: factsOf(executable),
    run: (inputs, stepOptions) => {
      if (disposed) return Promise.reject(new VosvfiError('VOSVFI_DISPOSED', 'The training step was disposed.'));
      const result = last.then(() => runOnce(inputs, stepOptions));
      last = result.catch(() => undefined);
      return result;
    },
    weights: () => state.weights(),
    state: () => ({ step: state.step, slots: state.slots() }),
    restore: (weights, saved) => state.restore(weights, saved),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await last;
      await executable.dispose();
    },
  };
}

function stepResult(results: Readonly<Record<string, HostTensor>>): StepResult {
  const scalar = (name: string) => results[name]?.data[0] as number;
  const prefix = names.term('');
  const terms = Object.keys(results)
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.slice(prefix.length), scalar(name)] as const);
  const [total, gradientNorm] = [scalar(names.total), scalar(names.gradientNorm)];
  const applied = Number.isFinite(total) && Number.isFinite(gradientNorm);
  return { total, terms: Object.fromEntries(terms), gradientNorm, applied };
}
