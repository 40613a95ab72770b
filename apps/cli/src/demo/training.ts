import type { TrainEvent, TrainSummary } from '@vosvfi/train';
import { loadRecipe, type Recipe, runTraining } from '@vosvfi/train-cli';

/** What the report shows of a training. */
export interface TrainingRecord {
  readonly recipe: Recipe;
  readonly summary: TrainSummary;
  /** [step, value] for each term of the loss. */
  readonly terms: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** [step, value] for each metric of the validation. */
  readonly validation: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** Trains by a recipe that ships, and keeps its curves. */
export async function trainAndRecord(
  name: string,
  overrides: readonly string[],
  runFolder: string,
  onEvent: (event: TrainEvent) => void,
): Promise<TrainingRecord> {
  const { recipe } = await loadRecipe(name, overrides);
  const terms: Record<string, [number, number][]> = {};
  const validation: Record<string, [number, number][]> = {};
  const add = (curves: Record<string, [number, number][]>, step: number, values: Readonly<Record<string, number>>) => {
    for (const [key, value] of Object.entries(values)) {
      curves[key] ??= [];
      curves[key].push([step, value]);
    }
  };
  const summary = await runTraining(recipe, {
    runFolder,
    onEvent: (event) => {
      if (event.type === 'progress') add(terms, event.step, event.terms);
      if (event.type === 'validation') add(validation, event.step, event.metrics);
      onEvent(event);
    },
  });
  return { recipe, summary, terms, validation };
}
