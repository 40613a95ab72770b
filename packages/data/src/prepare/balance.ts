import type { Random } from '@vosvfi/core';

/** Something that moves as fast as `peak` and belongs to a scene. */
export interface Balanced {
  readonly peak: number;
  /** Name of the scene; picks are spread over the scenes of a bucket. */
  readonly scene: string;
}

/** Limits of a choice; `null` for none. */
export interface BalanceLimits {
  /** Upper ends of the buckets but the last, rising. */
  readonly buckets: readonly number[];
  readonly perBucket: number | null;
  readonly max: number | null;
}

/** Index of the bucket of a motion. */
export function bucketOf(peak: number, buckets: readonly number[]): number {
  const found = buckets.findIndex((limit) => peak < limit);
  return found < 0 ? buckets.length : found;
}

/** Fisher and Yates. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/**
 * How many of each bucket are taken so that they are `total` together and as equal as the buckets' sizes allow: what small
 * buckets leave goes to the others.
 */
export function fillEvenly(sizes: readonly number[], total: number): number[] {
  const taken = sizes.map(() => 0);
  const order = sizes.map((_, k) => k).sort((a, b) => sizes[a]! - sizes[b]! || a - b);
  let left = total;
  order.forEach((bucket, k) => {
    taken[bucket] = Math.min(sizes[bucket]!, Math.floor(left / (order.length - k)));
    left -= taken[bucket]!;
  });
  return taken;
}

/** In an order that takes one of each scene before a second one of any. */
function spreadOverScenes<T extends Balanced>(items: readonly T[], random: Random): T[] {
  const rounds = new Map<string, number>();
  const ranked = shuffle(items, random).map((item, place) => {
    const round = rounds.get(item.scene) ?? 0;
    rounds.set(item.scene, round + 1);
    return { item, round, place };
  });
  return ranked.sort((a, b) => a.round - b.round || a.place - b.place).map(({ item }) => item);
}

/** At most `limit` of the items, spread over their scenes, in their order. */
export function takeSpread<T extends Balanced>(items: readonly T[], limit: number, random: Random): T[] {
  if (items.length <= limit) return [...items];
  const taken = new Set(spreadOverScenes(items, random).slice(0, limit));
  return items.filter((item) => taken.has(item));
}

/** The items that are taken, in their order; the same for the same items, limits and seed. */
export function balanceMotion<T extends Balanced>(items: readonly T[], limits: BalanceLimits, random: Random): T[] {
  const { buckets, perBucket, max } = limits;
  const filled = Array.from({ length: buckets.length + 1 }, (): T[] => []);
  for (const item of items) filled[bucketOf(item.peak, buckets)]!.push(item);
  const sizes = filled.map((bucket) => Math.min(bucket.length, perBucket ?? Infinity));
  const shares = max === null ? sizes : fillEvenly(sizes, max);
  const taken = new Set(filled.flatMap((bucket, k) => takeSpread(bucket, shares[k]!, random.fork(`bucket ${k}`))));
  return items.filter((item) => taken.has(item));
}
