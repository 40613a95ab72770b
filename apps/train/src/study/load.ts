import { readFile } from 'node:fs/promises';
import { ConfigError } from '@vosvfi/core';
import { parseRecipeDocument, type RecipeDocument } from '../recipe/document.js';
import { describeIssues, formatPath } from '../recipe/issues.js';
import { readRecipeData } from '../recipe/load.js';
import { applyOverride } from '../recipe/overrides.js';
import { type Recipe, recipeSchema } from '../recipe/schema.js';
import { type Study, studySchema } from './schema.js';
import { planStudy, type StudyPlan } from './variants.js';

/** A study that has been read and checked, the recipes of all its runs included. */
export interface LoadedStudy {
  readonly study: Study;
  readonly plan: StudyPlan;
  /** The recipe of each variant but for the seed, which is 0. */
  readonly recipes: ReadonlyMap<string, Recipe>;
}

/**
 * Reads a study and checks every recipe it makes.
 * @throws ConfigError naming file, line, field, what was expected and what was found; for a recipe also the variant.
 */
export async function loadStudy(file: string): Promise<LoadedStudy> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(file, `the study cannot be read (${cause.code}).`, { cause });
  });
  const document = parseRecipeDocument(text, file);
  const study = checkStudy(document);
  const plan = planStudy(study);
  const base = typeof study.base === 'string' ? await readRecipeData(study.base) : study.base;
  const recipes = plan.variants.map(({ name, changes }) => {
    return [name, checkRecipe(changes.reduce<unknown>(applyOverride, base), `${file}, variant ${name}`)] as const;
  });
  return { study, plan, recipes: new Map(recipes) };
}

function checkStudy(document: RecipeDocument): Study {
  const result = studySchema.safeParse(document.data);
  if (result.success) return result.data;
  const problems = describeIssues(studySchema, document.data, result.error.issues).map(
    ({ path, text }) => [document.locate(path), `${formatPath(path) || 'study'}: ${text}`] as const,
  );
  const [first, ...others] = problems;
  if (first === undefined) throw result.error;
  throw new ConfigError(first[0], [first[1], ...others.map((problem) => problem.join(': '))].join('\n'), {
    cause: result.error,
  });
}

function checkRecipe(data: unknown, place: string): Recipe {
  const seeded = applyOverride(data, { path: ['seed'], value: 0 });
  const result = recipeSchema.safeParse(seeded);
  if (result.success) return result.data;
  const problems = describeIssues(recipeSchema, seeded, result.error.issues);
  const texts = problems.map(({ path, text }) => `${formatPath(path) || 'recipe'}: ${text}`);
  throw new ConfigError(place, texts.join('\n'), { cause: result.error });
}
