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
    case 'cosine':
      return cosineSchedule({ start: recipe.start, end: recipe.end, steps });
    case 'step':
      return stepSchedule(recipe);
  }
}
