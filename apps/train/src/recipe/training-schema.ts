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

/** Steps over which the rate rises linearly at the start. */
const warmUp = z.int().min(0).default(0);

/** Learning rate over the run's steps. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), rate: nonNegative, warmUp }),
  /** Half a cosine from `start` at the first step to `end` at the last; with `afterWarmUp` it begins when the warm-up ends. */
  z.strictObject({
    kind: z.literal('cosine'),
    start: nonNegative,
    end: nonNegative,
    warmUp,
    afterWarmUp: z.boolean().default(false),
  }),
  /** `start * factor ** floor(step / every)`. */
  z.strictObject({ kind: z.literal('step'), start: nonNegative, factor: nonNegative, every: z.int().min(1), warmUp }),
]);
