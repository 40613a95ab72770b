import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@vosvfi/core';
import { recipesFolder } from '../recipes-folder.js';
import { parseRecipeDocument, type RecipeDocument } from './document.js';
import { describeIssues, formatPath } from './issues.js';
import { applyOverride, type Override, parseOverride } from './overrides.js';
import { type Recipe, recipeSchema } from './schema.js';

/** A recipe that has been read and checked. */
export interface LoadedRecipe {
  /** File name without extension. */
  readonly name: string;
  readonly file: string;
  readonly recipe: Recipe;
}

/** Names of the recipes that come with this package, sorted. */
export async function listRecipes(): Promise<string[]> {
  const files = await readdir(recipesFolder);
  return files
    .filter((file) => extname(file) === '.yaml')
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Reads a recipe: a YAML file, or the name of one that comes with this package.
 * @param nameOrFile `synthetic_small` or `my/recipe.yaml`.
 * @param overrides `key.path=value` texts, applied in order before checking.
 * @throws ConfigError naming file, line, field, what was expected and what was found.
 */
export async function loadRecipe(nameOrFile: string, overrides: readonly string[] = []): Promise<LoadedRecipe> {
  const file = await findRecipe(nameOrFile);
  const recipe = parseRecipe(await readRecipe(file), file, overrides);
  return { name: basename(file, extname(file)), file, recipe };
}

/**
 * What a recipe's file says, unchecked: to be changed and checked then.
 * @throws ConfigError if there is no such recipe or it is not YAML.
 */
export async function readRecipeData(nameOrFile: string): Promise<unknown> {
  const file = await findRecipe(nameOrFile);
  return parseRecipeDocument(await readRecipe(file), file).data;
}

async function readRecipe(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(file, `the recipe cannot be read (${cause.code}).`, { cause });
  });
}

async function findRecipe(nameOrFile: string): Promise<string> {
  if (/[./\\]/.test(nameOrFile)) return nameOrFile;
  const names = await listRecipes();
  if (!names.includes(nameOrFile)) {
    throw new ConfigError('recipe', `there is none of the name "${nameOrFile}".`, {
      hint: `Give a YAML file, or one of: ${names.join(', ')}.`,
    });
  }
  return join(fileURLToPath(recipesFolder), `${nameOrFile}.yaml`);
}

/**
 * Checks the text of a recipe.
 * @throws ConfigError with every problem found, each with its place, field, expectation and finding.
 */
export function parseRecipe(text: string, file: string, overrides: readonly string[] = []): Recipe {
  const document = parseRecipeDocument(text, file);
  const changes = overrides.map(parseOverride);
  const data = changes.reduce<unknown>(applyOverride, document.data);
  const result = recipeSchema.safeParse(data);
  if (result.success) return result.data;
  const problems = describeIssues(recipeSchema, data, result.error.issues).map(({ path, text: problem }) => ({
    path,
    message: `${formatPath(path) || 'recipe'}: ${problem}`,
  }));
  const [first, ...others] = problems.map(({ path, message }) => [place(document, changes, path), message] as const);
  if (first === undefined) throw result.error;
  throw new ConfigError(first[0], [first[1], ...others.map((problem) => problem.join(': '))].join('\n'), {
    cause: result.error,
  });
}

/** Where a field got its value: on the command line, or at a place of the file. */
function place(document: RecipeDocument, changes: readonly Override[], path: readonly PropertyKey[]): string {
  const change = changes.findLast((one) => one.path.every((key, i) => i >= path.length || key === String(path[i])));
  return change === undefined ? document.locate(path) : `--set ${change.path.join('.')}`;
}
