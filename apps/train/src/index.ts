export { trainCommand } from './command.js';
export { listRecipes, type LoadedRecipe, loadRecipe, parseRecipe } from './recipe/load.js';
export { type Recipe, type RecipeInput, recipeSchema } from './recipe/schema.js';
export { runTraining, type SessionOptions } from './session.js';
