import type { LayoutProblem } from './item.js';

/** Paths that a sentence names, and sentences of one list; the others are counted. */
const [SHOWN_PATHS, SHOWN_SENTENCES] = [5, 20];

/** What a data set lacks as sentences, alike problems in one. */
export function describeProblems(problems: readonly LayoutProblem[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { path, problem } of problems) groups.set(problem, [...(groups.get(problem) ?? []), path]);
  const sentences = [...groups].map(([problem, paths]) => {
    const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : '';
    return `${paths.slice(0, SHOWN_PATHS).join(', ')}${more}: ${problem}`;
  });
  if (sentences.length <= SHOWN_SENTENCES) return sentences;
  const rest = `${sentences.length - SHOWN_SENTENCES} more such problems; \`vosvfi evaluate check\` names them.`;
  return [...sentences.slice(0, SHOWN_SENTENCES), rest];
}
