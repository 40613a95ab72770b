export { buildOptimizer } from './build/optimizer.js';
export { type FrozenSegmenter, loadSegmenter } from './build/segmenter.js';
export { buildTask } from './build/task.js';
export { trainCommand } from './command.js';
export { type LoadedRecipe, listRecipes, loadRecipe, parseRecipe } from './recipe/load.js';
export { type Recipe, type RecipeInput, recipeSchema } from './recipe/schema.js';
export { runTraining, type SessionOptions } from './session.js';
export type { TrainingTask } from './tasks/task.js';
