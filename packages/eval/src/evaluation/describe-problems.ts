import type { LayoutProblem } from './item.js';

/** The path of problems with a data set as a whole; the number of its items is one. */
export const WHOLE_SET = '.';

/** Paths that a sentence names, and sentences of one list; the others are counted. */
const [SHOWN_PATHS, SHOWN_SENTENCES] = [5, 20];

/** What a data set lacks as sentences, alike problems in one. */
export function describeProblems(problems: readonly LayoutProblem[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { path, problem } of problems) groups.set(problem, [...(groups.get(problem) ?? []), path]);
  const sentences = [...groups].map(([problem, paths]) => {
    const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : '';
    return sentenceOf(`${paths.slice(0, SHOWN_PATHS).join(', ')}${more}`, problem);
  });
  if (sentences.length <= SHOWN_SENTENCES) return sentences;
  const rest = `${sentences.length - SHOWN_SENTENCES} more such problems; \`vosvfi evaluate check\` names them.`;
  return [...sentences.slice(0, SHOWN_SENTENCES), rest];
}

/** A problem as a sentence that says where it is, as far as it is in one place. */
export function sentenceOf(path: string, problem: string): string {
  return path === WHOLE_SET ? problem.charAt(0).toUpperCase() + problem.slice(1) : `${path}: ${problem}`;
}
