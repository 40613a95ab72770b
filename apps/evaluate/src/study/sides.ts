import type { Study } from './study-schema.js';

/** How a page decides which clip of a trial is on the left. */
export interface SideRule {
  /** Number of a coin that is thrown anew for every participant. */
  readonly coin: number;
  /** Whether the trial goes the other way than its coin says. */
  readonly isTurned: boolean;
}

/**
 * Sides that are in balance for every participant: trials of the same two methods go in twos (those of one clip first), and
 * the two share a coin that puts each method on the left once. An odd one out has a coin of its own. Checks with a spoilt clip
 * are balanced in the same way, so that who always takes one side fails half of them.
 * @returns rules by trial. They do not tell which methods a trial shows.
 */
export function balancedSides({ trials, clips, methods }: Study): ReadonlyMap<string, SideRule> {
  const rankOf = new Map(
    clips.map(({ id, method, isDamaged }) => [id, methods.indexOf(method) + (isDamaged ? methods.length : 0)]),
  );
  const groups = new Map<string, { readonly id: string; readonly name: string; readonly isForward: boolean }[]>();
  for (const { id, kind, name, pair } of trials) {
    const [a, b] = pair.map((clip) => rankOf.get(clip) ?? 0) as [number, number];
    const group = kind === 'compare' ? [Math.min(a, b), Math.max(a, b)].join() : kind;
    groups.set(group, [...(groups.get(group) ?? []), { id, name, isForward: a < b }]);
  }
  const rules = new Map<string, SideRule>();
  let coin = 0;
  for (const members of groups.values()) {
    const ordered = [...members].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const [i, { id, isForward }] of ordered.entries()) {
      if (i % 2 === 0) coin += 1;
      // Of two that share a coin the second must come out the other way around.
      rules.set(id, { coin, isTurned: isForward === (i % 2 === 0) });
    }
  }
  return rules;
}
