import { ConfigError } from '@vosvfi/core';
import type { Override } from '../recipe/overrides.js';
import type { Selector, Study } from './schema.js';

/** One combination of choices. */
export interface Variant {
  /** The choices joined by "-"; a folder's name. */
  readonly name: string;
  /** Choice of each axis. A study with plain `variants` has the one axis `variant`. */
  readonly choices: Readonly<Record<string, string>>;
  /** Changes to the base, in order. */
  readonly changes: readonly Override[];
}

/** Two variants whose results are compared seed by seed. */
export interface Comparison {
  readonly variant: string;
  readonly reference: string;
  /** Trained with as many steps, or for as long. */
  readonly equal: 'steps' | 'time';
}

/** A variant that is trained for as long as another one takes. */
export interface EqualTime {
  /** The additional variant. */
  readonly name: string;
  /** What it repeats with other steps. */
  readonly variant: string;
  readonly reference: string;
}

/** What a study trains and compares. */
export interface StudyPlan {
  readonly variants: readonly Variant[];
  readonly equalTime: readonly EqualTime[];
  readonly comparisons: readonly Comparison[];
}

/**
 * Expands the variants of a study.
 * @throws ConfigError naming a selector that fits no variant, or two combinations of one name.
 */
export function planStudy(study: Study): StudyPlan {
  const axes = study.axes ?? { variant: study.variants ?? {} };
  const all = combinations(axes);
  checkNames(all);
  for (const [i, selector] of study.exclude.entries()) select(all, selector, `exclude[${i}]`);
  const variants = all.filter((variant) => !study.exclude.some((selector) => fits(variant, selector)));
  if (variants.length === 0) throw new ConfigError('exclude', 'leaves no variant.');
  const equalTime = equalTimePairs(study, variants);
  return { variants, equalTime, comparisons: [...differences(study, variants), ...equalTime.map(asComparison)] };
}

function combinations(axes: Readonly<Record<string, Readonly<Record<string, object>>>>): Variant[] {
  const start: Variant[] = [{ name: '', choices: {}, changes: [] }];
  return Object.entries(axes).reduce(
    (before, [axis, choices]) =>
      before.flatMap((variant) =>
        Object.entries(choices).map(([choice, changes]) => ({
          name: variant.name === '' ? choice : `${variant.name}-${choice}`,
          choices: { ...variant.choices, [axis]: choice },
          changes: [...variant.changes, ...Object.entries(changes).map(asOverride)],
        })),
      ),
    start,
  );
}

function asOverride([path, value]: [string, unknown]): Override {
  return { path: path.split('.'), value };
}

function checkNames(variants: readonly Variant[]): void {
  const seen = new Set<string>();
  for (const { name } of variants) {
    if (seen.has(name)) throw new ConfigError('axes', `two combinations have the name "${name}".`);
    seen.add(name);
  }
}

function fits(variant: Variant, selector: Selector): boolean {
  if (typeof selector === 'string') return variant.name === selector;
  return Object.entries(selector).every(([axis, choice]) => variant.choices[axis] === choice);
}

/** @throws ConfigError if there are none. */
function select(variants: readonly Variant[], selector: Selector, field: string): Variant[] {
  const found = variants.filter((variant) => fits(variant, selector));
  if (found.length > 0) return found;
  throw new ConfigError(field, `no variant is ${JSON.stringify(selector)}.`, {
    hint: `There are: ${variants.map(({ name }) => name).join(', ')}.`,
  });
}

/** The variant that `selector` names for `variant`: itself with the selector's choices. Undefined if it was excluded. */
function partner(variants: readonly Variant[], variant: Variant, selector: Selector): Variant | undefined {
  const wanted = typeof selector === 'string' ? selector : { ...variant.choices, ...selector };
  return variants.find((candidate) => fits(candidate, wanted));
}

function differences({ reference }: Study, variants: readonly Variant[]): Comparison[] {
  if (reference === undefined) return [];
  select(variants, reference, 'reference');
  return variants.flatMap((variant) => {
    const other = partner(variants, variant, reference);
    return other === undefined || other === variant
      ? []
      : [{ variant: variant.name, reference: other.name, equal: 'steps' as const }];
  });
}

function equalTimePairs({ equalTime }: Study, variants: readonly Variant[]): EqualTime[] {
  if (equalTime === undefined) return [];
  select(variants, equalTime.reference, 'equalTime.reference');
  return select(variants, equalTime.variant, 'equalTime.variant').flatMap((variant) => {
    const reference = partner(variants, variant, equalTime.reference);
    if (reference === undefined) return [];
    return [{ name: `${variant.name}-equal-time`, variant: variant.name, reference: reference.name }];
  });
}

function asComparison({ name, reference }: EqualTime): Comparison {
  return { variant: reference, reference: name, equal: 'time' };
}
