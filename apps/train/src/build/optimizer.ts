import type { Optimizer } from '@vosvfi/runtime';
import {
  adam,
  adamax,
  adamW,
  constantSchedule,
  cosineSchedule,
  milestoneSchedule,
  type Schedule,
  sgd,
  stepSchedule,
  withEma,
  withRunningAverages,
  withWarmUp,
} from '@vosvfi/train';
import type { Recipe } from '../recipe/schema.js';

/**
 * The update of a recipe: its rule and, if it asks for one, the moving average of the weights.
 * @param runningAverages Parameters that follow what is seen instead of the rule.
 */
export function buildOptimizer(
  { optimizer, ema }: Pick<Recipe, 'optimizer' | 'ema'>,
  runningAverages: readonly string[] = [],
): Optimizer {
  const plain = buildRule(optimizer);
  const rule = runningAverages.length === 0 ? plain : withRunningAverages(plain, { keys: runningAverages });
  return ema === undefined ? rule : withEma(rule, ema);
}

function buildRule(recipe: Recipe['optimizer']): Optimizer {
  switch (recipe.kind) {
    case 'adamw':
      return adamW(recipe);
    case 'adam':
      return adam(recipe);
    case 'adamax':
      return adamax(recipe);
    case 'sgd':
      return sgd(recipe);
  }
}

/** Learning rate over the `steps` of a run. */
export function buildSchedule(recipe: Recipe['schedule'], steps: number): Schedule {
  return withWarmUp(shape(recipe, steps - recipe.warmUp), recipe.warmUp);
}

/** The part after the warm-up, over `steps` steps. */
function shape(recipe: Recipe['schedule'], steps: number): Schedule {
  switch (recipe.kind) {
    case 'constant':
      return constantSchedule(recipe.rate);
    case 'cosine':
      return cosineSchedule({ start: recipe.start, end: recipe.end, steps });
    case 'step':
      return stepSchedule(recipe);
    case 'milestones':
      return milestoneSchedule(recipe);
  }
}
