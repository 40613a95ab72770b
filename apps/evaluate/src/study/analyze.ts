import { ConfigError } from '@vosvfi/core';
import { clopperPearsonInterval, fairCoinTest, wilsonInterval } from '@vosvfi/eval';
import type { Answers, Study } from './study-schema.js';

/** How often one method was preferred to another. */
export interface Preference {
  readonly first: string;
  readonly second: string;
  readonly firstWins: number;
  readonly secondWins: number;
  readonly ties: number;
  /** Share of the first among the votes for either; null if all are ties. */
  readonly winRate: number | null;
  /** 95 % interval of the win rate by Clopper and Pearson. */
  readonly exact: readonly [number, number];
  /** 95 % interval of the win rate by Wilson. */
  readonly wilson: readonly [number, number];
  /** Two-sided exact test of a win rate of one half. */
  readonly pValue: number;
}

/** A participant's attention checks. */
export interface Attention {
  readonly participant: string;
  readonly passed: number;
  readonly checks: number;
  readonly isExcluded: boolean;
}

/** What a study found. */
export interface StudyAnalysis {
  readonly study: string;
  readonly title: string;
  readonly question: string;
  readonly minimumPassed: number;
  /** In the order of the files. */
  readonly participants: readonly Attention[];
  /** Pairs that were asked and not answered, by those who are not excluded. */
  readonly unanswered: number;
  /** Votes for either side in comparisons: far from each other, side mattered. */
  readonly sides: { readonly left: number; readonly right: number };
  readonly pairs: readonly Preference[];
  readonly clips: readonly (Preference & { readonly name: string })[];
}

/** Options of {@link analyzeStudy}. */
export interface AnalyzeOptions {
  /** Share of attention checks that a participant must pass. Default 0.75. */
  readonly minimumPassed?: number;
}

/**
 * Counts votes. Participants who fail too many attention checks are left out: a spoilt clip must not be preferred, and
 * a clip shown twice must be called the same (where that can be answered).
 * @throws ConfigError if a participant stands in two files.
 */
export function analyzeStudy(
  study: Study,
  files: readonly Answers[],
  { minimumPassed = 0.75 }: AnalyzeOptions = {},
): StudyAnalysis {
  const names = files.map(({ participant }) => participant);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ConfigError('answers', `participant "${twice}" stands in two files; keep one.`);
  const participants = files.map((file) => attentionOf(study, file, minimumPassed));
  const kept = files.filter((_, i) => !participants[i]?.isExcluded);
  const votes = kept.flatMap((file) => votesOf(study, file));
  const comparisons = study.trials.filter(({ kind }) => kind === 'compare');
  const methodPairs = study.methods.flatMap((first, i) =>
    study.methods.slice(i + 1).map((second): [string, string] => [first, second]),
  );
  const clipNames = [...new Set(comparisons.map(({ name }) => name))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return {
    study: study.id,
    title: study.title,
    question: study.question,
    minimumPassed,
    participants,
    unanswered: kept.length * comparisons.length - votes.length,
    sides: {
      left: votes.filter(({ side }) => side === 'left').length,
      right: votes.filter(({ side }) => side === 'right').length,
    },
    pairs: methodPairs.map((pair) => preference(pair, votes)),
    clips: clipNames.flatMap((name) =>
      methodPairs.map((pair) => ({
        name,
        ...preference(
          pair,
          votes.filter((vote) => vote.name === name),
        ),
      })),
    ),
  };
}

interface Vote {
  readonly name: string;
  readonly methods: readonly [string, string];
  /** Undefined for a tie. */
  readonly winner: string | undefined;
  readonly side: 'left' | 'right' | 'same';
}

function votesOf(study: Study, { answers }: Answers): Vote[] {
  const trials = new Map(study.trials.map((trial) => [trial.id, trial]));
  const methods = new Map(study.clips.map(({ id, method }) => [id, method]));
  return answers.flatMap(({ trial: id, left, right, choice }): Vote[] => {
    const trial = trials.get(id);
    if (trial?.kind !== 'compare') return [];
    const [a, b] = [methods.get(left) as string, methods.get(right) as string];
    return [
      {
        name: trial.name,
        methods: [a, b],
        winner: choice === 'same' ? undefined : choice === 'left' ? a : b,
        side: choice,
      },
    ];
  });
}

function attentionOf(study: Study, { participant, answers }: Answers, minimumPassed: number): Attention {
  const trials = new Map(study.trials.map((trial) => [trial.id, trial]));
  const damaged = new Set(study.clips.filter(({ isDamaged }) => isDamaged).map(({ id }) => id));
  const outcomes = answers.flatMap(({ trial, left, right, choice }): boolean[] => {
    const kind = trials.get(trial)?.kind;
    if (kind === 'damaged') return [choice !== 'same' && !damaged.has(choice === 'left' ? left : right)];
    return kind === 'same' && study.canTie ? [choice === 'same'] : [];
  });
  const passed = outcomes.filter(Boolean).length;
  return { participant, passed, checks: outcomes.length, isExcluded: passed < minimumPassed * outcomes.length };
}

function preference([first, second]: readonly [string, string], votes: readonly Vote[]): Preference {
  const own = votes.filter(({ methods }) => methods.includes(first) && methods.includes(second));
  const firstWins = own.filter(({ winner }) => winner === first).length;
  const secondWins = own.filter(({ winner }) => winner === second).length;
  const decided = firstWins + secondWins;
  return {
    first,
    second,
    firstWins,
    secondWins,
    ties: own.length - decided,
    winRate: decided === 0 ? null : firstWins / decided,
    exact: clopperPearsonInterval(firstWins, decided),
    wilson: wilsonInterval(firstWins, decided),
    pValue: fairCoinTest(firstWins, decided),
  };
}
