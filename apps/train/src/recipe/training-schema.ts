import { z } from 'zod';

const decay = z.number().min(0).lt(1);
const nonNegative = z.number().min(0);

const adamFamily = {
  beta1: decay.default(0.9),
  beta2: decay.default(0.999),
  epsilon: nonNegative.default(1e-8),
  weightDecay: nonNegative.default(0),
};

/** Update rule; the learning rate is the schedule's. Defaults are PyTorch's, but for AdamW's weight decay (0 here, as IFRNet). */
export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('adamw'), ...adamFamily }),
  z.strictObject({ kind: z.literal('adam'), ...adamFamily }),
  z.strictObject({ kind: z.literal('adamax'), ...adamFamily }),
  z.strictObject({
    kind: z.literal('sgd'),
    momentum: decay.default(0),
    weightDecay: nonNegative.default(0),
    nesterov: z.boolean().default(false),
  }),
]);

/** Steps over which the rate rises linearly from 0; the schedule begins after them. */
const warmUp = z.int().min(0).default(0);

/** Learning rate over the run's steps. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), rate: nonNegative, warmUp }),
  /** Half a cosine from `start` at the first step after the warm-up to `end` at the end. */
  z.strictObject({ kind: z.literal('cosine'), start: nonNegative, end: nonNegative, warmUp }),
  /** `start * factor ** floor(step / every)`, steps counted after the warm-up. */
  z.strictObject({ kind: z.literal('step'), start: nonNegative, factor: nonNegative, every: z.int().min(1), warmUp }),
  /** `start * factor ** n`, n being how many of the steps `milestones` have passed, counted after the warm-up. */
  z.strictObject({
    kind: z.literal('milestones'),
    start: nonNegative,
    factor: nonNegative,
    milestones: z
      .array(z.int().min(1))
      .min(1)
      .refine((steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] as number)), 'expected rising steps'),
    warmUp,
  }),
]);

/** Moving average of the weights, for validation and as the final weights. */
export const emaSchema = z.strictObject({
  /** Share that stays at each step. */
  decay,
  /** Lets the first steps count more: step n, from 1, keeps min(decay, (1 + n) / (10 + n)). */
  warmUp: z.boolean().default(true),
});

const goal = {
  /** A metric of the validation, such as `psnr`. */
  metric: z.string().min(1),
  mode: z.enum(['max', 'min']).default('max'),
};

/** Which checkpoint to keep beside the newest ones. */
export const keepBestSchema = z.strictObject(goal);

/** When to end before the last step. */
export const earlyStopSchema = z.strictObject({
  ...goal,
  /** Validations in a row without progress. */
  patience: z.int().min(1),
  /** Progress is to be better than the best so far by more than this. */
  minDelta: nonNegative.default(0),
});
