import { setTimeout } from 'node:timers/promises';
import { EnvironmentError } from '@vosvfi/core';
import { type Competitor, type CompetitorCommand, startCompetitor } from './competitor.js';

/** Threads of the one that has just run spin for a while before they sleep; they would take a core from the other. */
const SETTLE_MILLISECONDS = 150;

/** Two ways to compute the same, and how often to run them. */
export interface ContestOptions {
  readonly ours: CompetitorCommand;
  readonly peer: CompetitorCommand;
  readonly rounds: number;
  /** Runs of each competitor in a round. */
  readonly iterations: number;
  /** Largest relative difference of the numbers that both report; null where they compute different things. */
  readonly agreement: number | null;
}

/** Times and memory of one competitor. */
export interface Side {
  readonly name: string;
  readonly version: string;
  readonly medianMilliseconds: number;
  readonly milliseconds: readonly number[];
  readonly peakRssBytes: number;
}

/** Outcome of a contest. */
export interface ContestResult {
  readonly ours: Side;
  readonly peer: Side;
  /** Median of ours over median of the peer's. */
  readonly ratio: number;
  /** Ratio of medians in each round. */
  readonly roundRatios: readonly number[];
  /** Largest relative difference of what both computed; null where they compute different things. */
  readonly difference: number | null;
}

/**
 * Warms both up, checks that they agree, then lets them take turns.
 * @throws EnvironmentError if a process fails or the two disagree.
 */
export async function runContest(options: ContestOptions): Promise<ContestResult> {
  const started: Competitor[] = [];
  try {
    for (const command of [options.ours, options.peer]) started.push(await startCompetitor(command));
    const [ours, peer] = started as [Competitor, Competitor];
    const difference = options.agreement === null ? null : requireAgreement(ours, peer, options.agreement);
    const times: [number[][], number[][]] = [[], []];
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, competitor] of [ours, peer].entries()) {
        await setTimeout(SETTLE_MILLISECONDS);
        times[index]?.push(await competitor.run(options.iterations));
      }
    }
    const sides = [await sideOf(ours, times[0].flat()), await sideOf(peer, times[1].flat())] as const;
    return {
      ours: sides[0],
      peer: sides[1],
      ratio: sides[0].medianMilliseconds / sides[1].medianMilliseconds,
      roundRatios: times[0].map((round, i) => median(round) / median(times[1][i]!)),
      difference,
    };
  } finally {
    for (const competitor of started) competitor.kill();
  }
}

async function sideOf(competitor: Competitor, milliseconds: number[]): Promise<Side> {
  return {
    name: competitor.name,
    version: competitor.ready.version,
    medianMilliseconds: median(milliseconds),
    milliseconds,
    peakRssBytes: await competitor.end(),
  };
}

function requireAgreement(ours: Competitor, peer: Competitor, limit: number): number {
  const [a, b] = [ours.ready.check, peer.ready.check];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  let largest = 0;
  for (const key of keys) {
    const difference = Math.abs((a[key] ?? Number.NaN) - (b[key] ?? Number.NaN)) / Math.abs(b[key] ?? Number.NaN);
    if (!(difference <= limit)) {
      throw new EnvironmentError(
        `${ours.name} and ${peer.name} do not compute the same: "${key}" is ${a[key]} and ${b[key]}.`,
      );
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** The middle value; the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
