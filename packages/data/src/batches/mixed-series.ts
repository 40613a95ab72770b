import { ConfigError, createRandom } from '@vosvfi/core';
import type { DrawnSample, SampleSeries, SeriesFacts } from './series.js';
import type { SeriesPlan } from './task.js';

/** Several series that samples are drawn from. */
export interface MixedSeriesOptions {
  readonly seed: number;
  /** Shares are proportional to the weights. */
  readonly sources: readonly { readonly weight: number; readonly plan: SeriesPlan }[];
  /** What comes from one source: each `sample` by itself (default) or each whole `batch`. */
  readonly by?: 'sample' | 'batch';
}

/** Plain data that says how to make the series, for worker threads too. */
export interface MixedPlan {
  readonly kind: 'mixed';
  readonly facts: SeriesFacts;
  readonly seed: number;
  readonly by: 'sample' | 'batch';
  /** Draws of each source in a round of {@link ROUND}. */
  readonly quotas: readonly number[];
  readonly plans: readonly SeriesPlan[];
}

/** Draws in which shares are exact. */
const ROUND = 1024;

/** Whole numbers that sum to {@link ROUND}, in proportion to the weights; the largest remainders are rounded up. */
function quotasOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (weight / total) * ROUND);
  // A source that is named is drawn, however small its weight.
  const quotas = exact.map((share) => Math.max(1, Math.floor(share)));
  const order = exact.map((share, k) => ({ k, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest);
  let missing = ROUND - quotas.reduce((sum, quota) => sum + quota, 0);
  for (let i = 0; missing > 0; i++, missing--) quotas[order[i % order.length]!.k]!++;
  for (; missing < 0; missing++) quotas[quotas.indexOf(Math.max(...quotas))]!--;
  return quotas;
}

const describe = ({ label, size }: SeriesFacts) =>
  `${label} (${size ? `${size.width} x ${size.height}` : 'sizes of its own'})`;

function checkSources(sources: MixedSeriesOptions['sources']): void {
  if (sources.length < 2) throw new ConfigError('sources', `expected at least 2 sources, found ${sources.length}.`);
  sources.forEach(({ weight }, k) => {
    if (sources[k]!.plan.kind === 'mixed') throw new ConfigError(`sources[${k}]`, 'is itself a mixture.');
    if (Number.isFinite(weight) && weight > 0) return;
    throw new ConfigError(`sources[${k}].weight`, `expected a number above 0, found ${weight}.`);
  });
  const first = sources[0]!.plan.facts;
  sources.forEach(({ plan: { facts } }, k) => {
    if (facts.size && facts.size.width === first.size?.width && facts.size.height === first.size.height) return;
    throw new ConfigError(
      `sources[${k}]`,
      `expected samples of one size, found sources[0]: ${describe(first)} and sources[${k}]: ${describe(facts)}.`,
      { hint: 'Crop them to one size.' },
    );
  });
}

/**
 * Describes a mixture. Batches have masks if any source has (those of the others are empty), flow if all have.
 * @throws ConfigError for fewer than two sources, a mixture among them, a weight that is not above 0, or sources of different sizes.
 */
export function planMixed({ seed, sources, by = 'sample' }: MixedSeriesOptions): MixedPlan {
  checkSources(sources);
  const plans = sources.map(({ plan }) => plan);
  const facts = {
    label: `a mixture of ${plans.map((plan) => plan.facts.label).join(', ')}`,
    size: plans[0]!.facts.size,
    hasMasks: plans.some((plan) => plan.facts.hasMasks),
    hasFlow: plans.every((plan) => plan.facts.hasFlow),
  };
  return { kind: 'mixed', facts, seed, by, quotas: quotasOf(sources.map(({ weight }) => weight)), plans };
}

/** Which source each draw of a round comes from, and how many draws of that source come before it in the round. */
interface Round {
  readonly source: Uint16Array;
  readonly before: Uint16Array;
}

function shuffledRound({ seed, quotas }: MixedPlan, number: number): Round {
  const random = createRandom(seed).fork(`round ${number}`);
  const source = Uint16Array.from(quotas.flatMap((quota, k) => new Array<number>(quota).fill(k)));
  for (let i = source.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [source[i], source[j]] = [source[j]!, source[i]!];
  }
  const seen = quotas.map(() => 0);
  return { source, before: source.map((k) => seen[k]!++) };
}

/**
 * Mixes opened series. Each is run through from its start without gaps, so that data sets are shown epoch by epoch.
 */
export function createMixedSeries(plan: MixedPlan, series: readonly SampleSeries[]): SampleSeries {
  const rounds = new Map<number, Round>();
  /** The source of a draw, and the number of that source's draws before it. */
  const locate = (draw: number) => {
    const number = Math.floor(draw / ROUND);
    let round = rounds.get(number);
    if (!round) {
      if (rounds.size >= 2) rounds.clear();
      round = shuffledRound(plan, number);
      rounds.set(number, round);
    }
    const source = round.source[draw % ROUND]!;
    return { source, position: number * plan.quotas[source]! + round.before[draw % ROUND]! };
  };
  const drawSamples = async (first: number, count: number): Promise<readonly DrawnSample[]> => {
    const places = Array.from({ length: count }, (_, k) => locate(first + k));
    const drawn = await Promise.all(
      series.map(async (one, source) => {
        const own = places.filter((place) => place.source === source);
        return own.length > 0 ? await one.draw(own[0]!.position, own.length) : [];
      }),
    );
    const next = series.map(() => 0);
    return places.map(({ source }) => drawn[source]![next[source]!++]!);
  };
  return {
    draw(first, count) {
      if (plan.by === 'sample') return drawSamples(first, count);
      const { source, position } = locate(first / count);
      return series[source]!.draw(position * count, count);
    },
  };
}
