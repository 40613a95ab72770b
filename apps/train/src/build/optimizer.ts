import type { Optimizer } from '@vosvfi/runtime';
import {
  adam,
  adamax,
  adamW,
  constantSchedule,
  cosineSchedule,
  type Schedule,
  sgd,
  stepSchedule,
  withWarmUp,
} from '@vosvfi/train';
import type { Recipe } from '../recipe/schema.js';

/** The update rule of a recipe. */
export function buildOptimizer(recipe: Recipe['optimizer']): Optimizer {
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
  return withWarmUp(shape(recipe, steps), recipe.warmUp);
}

function shape(recipe: Recipe['schedule'], steps: number): Schedule {
  switch (recipe.kind) {
    case 'constant':
      return constantSchedule(recipe.rate);
    case 'cosine': {
      const { start, end, warmUp, afterWarmUp } = recipe;
      const delay = afterWarmUp ? warmUp : 0;
      const cosine = cosineSchedule({ start, end, steps: steps - delay });
      return (step) => cosine(Math.max(0, step - delay));
    }
    case 'step':
      return stepSchedule(recipe);
  }
}
