import type { StepOptions, TrainStep, TrainStepOptions } from '@vosvfi/runtime';
import { compileTrainStep } from '@vosvfi/runtime';

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/** A training step that hands out its gradients; AdamW runs over them in JavaScript and puts new weights back. */
export async function hostUpdatedTraining(options: Omit<TrainStepOptions, 'optimizer'>): Promise<TrainStep> {
  const step = await compileTrainStep({
    ...options,
    // What the step takes for new weights are the gradients.
    optimizer: { id: 'gradient', slots: [], update: (_, gradient) => ({ parameter: gradient, slots: {} }) },
  });
  const weights = new Map([...options.parameters].map(([key, w]) => [key, { ...w, data: w.data.slice() }] as const));
  const moments = new Map(
    [...weights].map(([key, { data }]) => [
      key,
      [new Float32Array(data.length), new Float32Array(data.length)] as const,
    ]),
  );
  let count = 0;
  const update = ({ learningRate }: StepOptions): void => {
    count += 1;
    const [rate, correction] = [learningRate / (1 - beta1 ** count), Math.sqrt(1 - beta2 ** count)];
    for (const [key, { data: gradient }] of step.weights()) {
      const [m, v] = moments.get(key)!;
      const { data } = weights.get(key)!;
      for (let i = 0; i < gradient.length; i++) {
        const g = gradient[i]!;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        data[i] = data[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) / correction + epsilon);
      }
    }
    step.restore(weights, { step: count, slots: new Map() });
  };
  return {
    ...step,
    run: async (inputs, given) => {
      const result = await step.run(inputs, given);
      update(given);
      return result;
    },
  };
}
